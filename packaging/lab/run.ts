// ./dev run: starts the lab, signs a technician in for real, online and offline, and stays up (or, with --check, ends).
import { join } from 'node:path';
import { Lab, type Technician } from './lab.ts';
import { waitFor } from './process.ts';
import type { Workstation } from './workstation.ts';
import type { SshResult } from './ssh_session.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const CHECK = process.argv.includes('--check');
const WHO = 'id; echo "sudo -n id -u: $(sudo -n id -u)"';

let number = Number(process.env['DOORWARD_STEP'] ?? 0);

async function step<Value>(title: string, work: () => Promise<Value>): Promise<Value> {
  number += 1;
  process.stdout.write(`${String(number).padStart(2)}. ${title.padEnd(52)}`);
  const started = performance.now();
  try {
    const value = await work();
    process.stdout.write(`${((performance.now() - started) / 1000).toFixed(1).padStart(7)} s\n`);
    return value;
  } catch (error) {
    process.stdout.write(`${((performance.now() - started) / 1000).toFixed(1).padStart(7)} s   FAILED\n`);
    throw error;
  }
}

/** What the session's own commands said has to prove it: sudo group, and root without a question. */
function whoTheyBecame(result: SshResult, account: string): string {
  const lines = result.output.trim().split('\n');
  if (result.status !== 0) throw new Error(`ssh ended with status ${result.status}: ${result.errors}`);
  if (!lines[0]?.includes(`(${account})`) || !lines[0].includes('(sudo)')) throw new Error(`not who was expected: ${lines[0]}`);
  if (lines[1] !== 'sudo -n id -u: 0') throw new Error(`sudo did not make root: ${lines[1] ?? ''} ${result.errors}`);
  return lines.map((line) => `      ${line}`).join('\n');
}

async function signInOnline(workstation: Workstation, nik: Technician): Promise<string> {
  let prompt = '';
  const result = await workstation.ssh(nik.account, WHO, async (text) => {
    prompt = text;
    const shown = /Approve on your phone: (\d\d)\./.exec(text)?.[1];
    if (shown === undefined) throw new Error(`the prompt shows no number: ${text}`);
    const approved = await nik.phone.approveNext(shown);
    if (approved.status !== 0) throw new Error(`the phone did not approve: ${approved.errors}`);
    return '';
  });
  return `      ${prompt.trim()}\n${whoTheyBecame(result, nik.account)}`;
}

async function signInOffline(workstation: Workstation, nik: Technician): Promise<string> {
  let prompt = '';
  const { code } = await nik.phone.code(workstation.name);
  const result = await workstation.ssh(nik.account, WHO, (text) => {
    prompt = text;
    return code;
  });
  return `      ${prompt.trim()} ${code}\n${whoTheyBecame(result, nik.account)}`;
}

function auditLine(event: { at: string; kind: string; outcome: string; account: string | null; device: { name: string } | null; technician: { name: string } | null; service: string | null }): string {
  return `      ${event.at}  ${event.kind} ${event.outcome}: ${event.technician?.name ?? '?'} as ${event.account ?? '?'} on ${event.device?.name ?? '?'} (${event.service ?? '?'})`;
}

async function demonstrate(lab: Lab): Promise<{ workstation: Workstation; nik: Technician }> {
  const tenant = await step('Add customer Customer-1', () => lab.addTenant('Customer-1'));
  const workstation = await step('Start workstation w11-l and enrol it', () => lab.addWorkstation('w11-l', tenant));
  const nik = await step('Invite Nik by mail, pair his (virtual) phone', () => lab.addTechnician('Nik Novak', 'nik'));
  await step('Give Nik full access to Customer-1', async () => {
    await lab.grant(nik, { kind: 'tenant', id: tenant });
    await lab.waitUntilUpToDate('w11-l');
    await waitFor('the phone lists w11-l', async () => (await nik.phone.workstations()).workstations.length === 1);
  });

  const online = await step(`Sign in online: ssh ${nik.account}@w11-l`, () => signInOnline(workstation, nik));
  console.log(online);
  await step('Cut the network between workstation and portal', async () => {
    await workstation.severPortal();
    await waitFor('the portal misses w11-l', async () => (await lab.device('w11-l'))?.connected === false, 90_000);
  });
  const offline = await step(`Sign in offline: ssh ${nik.account}@w11-l`, () => signInOffline(workstation, nik));
  console.log(offline);

  const events = await step('Join the network, wait for the audit log', async () => {
    await workstation.restorePortal();
    let found: Awaited<ReturnType<Lab['auditEvents']>> = [];
    await waitFor('both sign-ins are in the portal\'s log', async () => {
      found = (await lab.auditEvents()).filter((event) => /^sign_in_(online|offline)$/.test(event.kind) && event.outcome === 'success');
      return new Set(found.map((event) => event.kind)).size === 2;
    }, 120_000);
    return found;
  });
  for (const event of events.reverse()) console.log(auditLine(event));
  return { workstation, nik };
}

function explain(lab: Lab, workstation: Workstation, nik: Technician, recovery: string): string {
  const phone = `node packaging/lab/phone/phone.ts`;
  return `
The lab is up. Ctrl-C ends it and leaves nothing behind.

  Portal    ${lab.portal.portalOrigin}   (./dev browser opens it with trust in the lab's authority)
            your own passkey as its owner, once: ${recovery}
  Phone     ${lab.portal.appOrigin}   (for this machine; ${lab.portal.portalOrigin}/real-phone says what a real phone needs)
  Mailbox   http://127.0.0.1:${lab.mailbox.httpPort}

  Sign in yourself:   ssh -o PreferredAuthentications=keyboard-interactive ${nik.account}@${workstation.address}
  Approve (virtual):  ${phone} approve --next NUMBER --state ${nik.phone.folder}
  Offline code:       ${phone} code ${workstation.name} --fresh --state ${nik.phone.folder}
  Inside, as root:    DOORWARD_LAB=${join(lab.folder, 'workstations')} packaging/lab/workstation.sh enter ${workstation.name}
  Another machine:    DOORWARD_LAB=${join(lab.folder, 'workstations')} packaging/lab/workstation.sh start w11-m --build build/release --with agent,link
`;
}

async function main(): Promise<void> {
  const started = performance.now();
  let lab: Lab | undefined;
  let stopping = false;
  const stop = async (status: number): Promise<never> => {
    if (!stopping) {
      stopping = true;
      await lab?.stop();
    }
    process.exit(status);
  };
  const interrupted = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve());
  });
  try {
    const session = (async () => {
      lab = await step('Start the portal and its mailbox', () =>
        Lab.start({ build: join(ROOT, 'build', 'release'), portalPort: 8443, appPort: 8444, mailboxPort: CHECK ? 0 : 8025 }),
      );
      return demonstrate(lab);
    })();
    const shown = await Promise.race([session, interrupted]);
    if (shown === undefined || lab === undefined) {
      session.catch(() => undefined);
      return await stop(130);
    }
    console.log(`\nBoth sign-ins happened; ${((performance.now() - started) / 1000).toFixed(0)} s since the lab began to start.`);
    if (CHECK) return await stop(0);
    const recovery = /https:\/\/\S+\/set-up#\S+/.exec(await lab.portal.command(['owner', 'recover']))?.[0] ?? '(none)';
    console.log(explain(lab, shown.workstation, shown.nik, recovery));
    await interrupted;
    console.log('\nStopping the lab.');
    return await stop(0);
  } catch (error) {
    console.error(`\nThe lab failed: ${error instanceof Error ? error.message : String(error)}`);
    if (lab !== undefined) {
      console.error(`The portal said last:\n${lab.portal.log.split('\n').slice(-15).join('\n')}`);
      for (const workstation of lab.workstations) {
        const said = await workstation.inside(['tail', '-n', '25', '/var/log/doorward-agent.log', '/var/log/doorward-link.log']);
        console.error(`${workstation.name} said last:\n${said.output}`);
      }
    }
    return await stop(1);
  }
}

await main();
