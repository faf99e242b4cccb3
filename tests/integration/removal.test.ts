// Doorward taken out of workstations: refused while somebody is in, told to the portal, and by a file where it is away.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Lab, type Technician } from '../../packaging/lab/lab.ts';
import { waitFor } from '../../packaging/lab/process.ts';
import type { SshResult } from '../../packaging/lab/ssh_session.ts';
import type { Workstation } from '../../packaging/lab/workstation.ts';
import { BUILD, OFFLINE_PROMPT, bringBack, waitUntilLocked } from './sign_ins.ts';

const PASSWORD = 'correct horse';

interface Item {
  readonly part: string;
  readonly name: string;
  readonly fate: string;
  readonly note: string | null;
}

interface Removed {
  readonly id: string;
  readonly name: string;
  readonly statement: {
    readonly brought_by: unknown;
    readonly forced: boolean;
    readonly missing_events: number | null;
    readonly items: readonly Item[];
  } | null;
}

let lab: Lab;
let near: Workstation;
let far: Workstation;
let nik: Technician;
let eva: Technician;

const removed = async (name: string): Promise<Removed | undefined> =>
  (await lab.administrator.call<{ items: Removed[] }>('GET', '/removed-devices')).items.find((device) => device.name === name);

const fateOf = (device: Removed | undefined, part: string, name: string): string | undefined =>
  device?.statement?.items.find((item) => item.part === part && item.name === name)?.fate;

/** Returns once they are in; the session's end is inside, because a promise of a promise would be waited for. */
async function staysIn(workstation: Workstation, technician: Technician): Promise<{ readonly session: Promise<SshResult> }> {
  const { code } = await technician.phone.code(workstation.name);
  const session = workstation.ssh(technician.account, 'echo $$ >/tmp/in; exec sleep 600', (prompt) => {
    assert.match(prompt, OFFLINE_PROMPT);
    return code;
  });
  await waitFor('the session runs', async () => (await workstation.inside(['test', '-s', '/tmp/in'])).status === 0, 60_000);
  return { session };
}

async function nothingRemains(workstation: Workstation, account: string): Promise<void> {
  const traces = await workstation.inside(['sh', '-c', `grep -rlw -e ${account} -e pam_doorward -e doorward /etc/passwd /etc/shadow /etc/group /etc/gshadow /etc/pam.d /etc/nsswitch.conf /etc/sudoers.d /etc/ssh`]);
  assert.equal(traces.output.trim(), '');
  for (const path of ['/var/lib/doorward/agent', '/etc/doorward/keys', '/run/doorward', `/home/${account}`]) {
    assert.notEqual((await workstation.inside(['test', '-e', path])).status, 0, path);
  }
  // By Debian's own settings sshd asks nothing by keyboard-interactive any more.
  await workstation.must(['pamtester', 'sshd', 'local', 'authenticate', 'acct_mgmt'], { input: `${PASSWORD}\n` });
  const local = await workstation.must(['su', 'local', '-c', 'sudo -S -p "" id -u'], { input: `${PASSWORD}\n` });
  assert.equal(local.trim(), '0');
}

before(async () => {
  lab = await Lab.start({ build: BUILD, portalPort: 0, appPort: 0, mailboxPort: 0 });
  const tenant = await lab.addTenant('Customer-1');
  near = await lab.addWorkstation('near', tenant);
  far = await lab.addWorkstation('far', tenant);
  [nik, eva] = (await lab.addTechnicians(tenant, ['nik', 'eva'])) as [Technician, Technician];
  for (const workstation of [near, far]) {
    await workstation.must(['useradd', '-m', '-s', '/bin/bash', '-G', 'sudo', 'local']);
    await workstation.must(['chpasswd'], { input: `local:${PASSWORD}\n` });
    await workstation.severPortal();
  }
});

after(async () => {
  await lab?.stop();
});

describe('taking Doorward out', () => {
  test('row 86: is refused while somebody is signed in, names them, and disturbs nobody', async () => {
    await staysIn(near, nik);
    const plan = await near.inside(['doorward', 'purge']);
    assert.equal(plan.status, 6, plan.errors);
    assert.match(plan.output, /account msp-nik/);
    assert.doesNotMatch(plan.output, /\blocal\b/);
    const refused = await near.inside(['doorward', 'purge', '--yes']);
    assert.equal(refused.status, 6);
    assert.match(refused.errors, /Signed in here: msp-nik/);
    const sessions = JSON.parse(await near.must(['doorward', 'sessions', '--json'])) as { account: string }[];
    assert.deepEqual(sessions.map((session) => session.account), ['msp-nik']);
    await near.must(['pkill', '-u', 'msp-nik', 'sleep']);
    await waitUntilLocked(near, 'msp-nik');
  });

  test('row 86: leaves nothing but what is said, and the portal has the statement at once', async () => {
    await bringBack(lab, near);
    const report = await near.must(['doorward', 'purge', '--yes'], { timeoutMs: 120_000 });
    assert.match(report, /removed: account msp-nik/);
    assert.match(report, /kept for root: home \/home\/msp-nik, now \/home\/.doorward-kept\/msp-nik/);
    assert.match(report, /The portal has it/);
    await nothingRemains(near, 'msp-nik');
    const device = await removed('near');
    assert.equal(device?.statement?.brought_by, null);
    assert.equal(device?.statement?.forced, false);
    assert.equal(device?.statement?.missing_events, 0);
    assert.equal(fateOf(device, 'account', 'msp-nik'), 'removed');
    assert.equal(fateOf(device, 'pam', '/etc/pam.d'), 'removed');
    assert.equal(await lab.device('near'), undefined);
    assert.equal((await near.inside(['doorward', 'purge', '--yes'], { timeoutMs: 120_000 })).status, 0, 'again');
  });

  test('row 86: forced, without the portal: the session ends, and the file is checked on the page', async () => {
    const { session } = await staysIn(far, eva);
    const id = (await lab.device('far'))?.id ?? assert.fail();
    const report = await far.must(['doorward', 'purge', '--yes', '--force', '--homes', 'archive'], { timeoutMs: 120_000 });
    assert.match(report, /archived: home \/home\/msp-eva, now \/var\/backups\/doorward-home-msp-eva.tar.gz/);
    assert.match(report, /The portal does not have it/);
    await session;
    await nothingRemains(far, 'msp-eva');
    assert.notEqual((await far.inside(['pgrep', '-u', '52000-59999'])).status, 0);
    assert.ok(await lab.device('far'), 'nobody has told the portal');

    const text = await far.must(['cat', `/var/backups/doorward-removal-${id}.json`]);
    const statement = JSON.parse(text) as { body: string; signature: string };
    const body = JSON.parse(Buffer.from(statement.body, 'base64url').toString()) as { forced: boolean };
    const changed = { ...statement, body: Buffer.from(JSON.stringify({ ...body, forced: false })).toString('base64url') };
    await assert.rejects(lab.administrator.call('POST', `/devices/${id}/removal-statement`, changed), /statement_forged/);
    await lab.administrator.call('POST', `/devices/${id}/removal-statement`, statement);
    const device = await removed('far');
    assert.equal(device?.statement?.forced, true);
    assert.ok((device?.statement?.missing_events ?? 0) > 0, 'what was recorded while it was away never came');
    assert.equal(fateOf(device, 'home', '/home/msp-eva'), 'archived');
    assert.equal(await lab.device('far'), undefined);
  });
});
