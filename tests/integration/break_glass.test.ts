// The way in when portal, network and phones are gone: a code made by a real agent, its halves opened with two administrators' passkeys.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Administrator, type OwnHalf } from '../../packaging/lab/administrator.ts';
import { Lab } from '../../packaging/lab/lab.ts';
import { waitFor } from '../../packaging/lab/process.ts';
import type { Workstation } from '../../packaging/lab/workstation.ts';
import { BUILD, bringBack, isLocked, startAgent, stopAgent, waitUntilLocked } from './sign_ins.ts';

const ACCOUNT = 'doorward_break_glass';

interface Code {
  readonly break_glass: { readonly state: string; readonly used_at: string | null; readonly own_half: OwnHalf | null } | null;
}

let lab: Lab;
let workstation: Workstation;
let device: string;
let ada: Administrator;
let custodians: string[];

before(async () => {
  lab = await Lab.start({ build: BUILD, portalPort: 0, appPort: 0, mailboxPort: 0 });
  const tenant = await lab.addTenant('Customer-1');
  workstation = await lab.addWorkstation('w11-l', tenant);
  device = (await lab.device('w11-l'))?.id ?? assert.fail();
  const { id } = await lab.inviteTechnician('Ada', 'ada');
  await lab.administrator.call('POST', '/rights', {
    subject: { kind: 'technician', id },
    object: { kind: 'section', id: null, section: 'team' },
    role_id: await lab.administrator.roleNamed('Team administrator'),
    valid_from: null,
    valid_until: null,
  });
  const { link } = await lab.administrator.call<{ link: string }>('POST', `/technicians/${id}/administrator-link`, {});
  ada = new Administrator(lab.portal.portalOrigin, lab.portal.authority);
  await ada.setUp(link, null);
  await ada.signIn();
  await lab.administrator.registerCustodianKey();
  await ada.registerCustodianKey();
  const me = await lab.administrator.call<{ technician: { id: string } }>('GET', '/me');
  custodians = [me.technician.id, id];
});

after(async () => {
  await lab?.stop();
});

const code = async (who: Administrator) => (await who.call<Code>('GET', `/devices/${device}/break-glass`)).break_glass;

/** Both halves, as the two administrators read them in their browsers. */
async function makeCode(): Promise<[string, string]> {
  await lab.administrator.call('POST', `/devices/${device}/break-glass`, { custodian_ids: custodians });
  await waitFor('the workstation has made a code', async () => (await code(ada))?.state === 'ready', 60_000);
  const own = await code(lab.administrator);
  const hers = await code(ada);
  assert.ok(own?.own_half && hers?.own_half);
  await assert.rejects(ada.openHalf(own.own_half), "one administrator opens the other's half");
  return [await lab.administrator.openHalf(own.own_half), await ada.openHalf(hers.own_half)];
}

async function enter(first: string, second: string) {
  return workstation.ssh(ACCOUNT, 'id -un; sudo -n id -u', (prompt) => {
    assert.match(prompt, /Break-glass of w11-l\. First half: ?$|Second half: ?$/);
    return prompt.includes('First') ? first : second;
  });
}

describe('break-glass', () => {
  test('before a code was made nobody has that account', async () => {
    assert.notEqual((await workstation.inside(['getent', 'passwd', ACCOUNT])).status, 0);
  });

  test('row 87: both halves open one session with the portal dead and the network cut, and no more', async () => {
    const halves = await makeCode();
    await lab.portal.stop('SIGKILL');
    await workstation.severPortal();
    const alone = await enter(halves[0], halves[0]);
    assert.notEqual(alone.status, 0, 'one half twice opens it');
    const inside = await enter(halves[1], halves[0]);
    assert.deepEqual(inside.output.trim().split('\n'), [ACCOUNT, '0'], `${inside.prompts.join()} ${inside.errors}`);
    await waitUntilLocked(workstation, ACCOUNT);
    const again = await enter(halves[0], halves[1]);
    assert.notEqual(again.status, 0, 'a code was used twice');

    await lab.portal.serve();
    await bringBack(lab, workstation);
    await waitFor('the portal knows', async () => (await code(lab.administrator))?.state === 'used', 60_000);
    await waitFor('it is in the log', async () =>
      (await lab.auditEvents()).some((event) => event.kind === 'break_glass' && event.outcome === 'success'),
    );
    for (const address of ['olivia@lab.example', 'ada@lab.example']) {
      await waitFor(`${address} is told by mail`, async () =>
        (await lab.mailbox.newest(address)).text.includes('both halves of its break-glass code'),
      );
    }
  });

  test('it opens the console and su as well', async () => {
    for (const program of [`login ${ACCOUNT}`, `runuser -u nobody -- su - ${ACCOUNT}`]) {
      const halves = await makeCode();
      await workstation.severPortal();
      const result = await workstation.inside(
        ['expect', '-c', `
        set timeout 20
        spawn ${program}
        expect {First half: }
        send "${halves[0]}\\r"
        expect {Second half: }
        send "${halves[1]}\\r"
        expect -re {\\$ }
        send "id -un; exit\\r"
        expect eof`],
        { timeoutMs: 60_000 },
      );
      assert.match(result.output, new RegExp(`^${ACCOUNT}\\r?$`, 'm'), `${program}: ${result.output}`);
      await waitUntilLocked(workstation, ACCOUNT);
      await workstation.restorePortal();
      await bringBack(lab, workstation);
    }
  });

  test('row 16: it opens while the disk is full, once, and is on record', async () => {
    const state = '/var/lib/doorward';
    await stopAgent(workstation);
    await workstation.must(['bash', '-euc', `cp -a ${state} /run/state; mount -t tmpfs -o size=6m,mode=755 tmpfs ${state}; cp -a /run/state/. ${state}; rm -r /run/state`]);
    await startAgent(workstation);
    await bringBack(lab, workstation);
    const halves = await makeCode();
    await workstation.severPortal();
    const used = async () => (await lab.auditEvents()).filter((event) => event.kind === 'break_glass' && event.outcome === 'success').length;
    const before = await used();
    await workstation.must(['bash', '-euc', `dd if=/dev/zero of=${state}/agent/filler bs=4k status=none || true; test $(stat -f -c %a ${state}) = 0`]);
    const inside = await enter(...halves);
    assert.deepEqual(inside.output.trim().split('\n'), [ACCOUNT, '0'], `${inside.prompts.join()} ${inside.errors}`);
    await waitUntilLocked(workstation, ACCOUNT);
    const again = await enter(...halves);
    assert.notEqual(again.status, 0, 'a code was used twice');
    await workstation.must(['rm', `${state}/agent/filler`]);
    await workstation.restorePortal();
    await bringBack(lab, workstation);
    await waitFor('it is in the log', async () => (await used()) === before + 1, 60_000);
  });

  test('a code survives a restart of the agent, and a used one a kill', async () => {
    const halves = await makeCode();
    await workstation.restart('agent');
    const inside = await enter(...halves);
    assert.equal(inside.output.trim().split('\n')[0], ACCOUNT, inside.errors);
    await workstation.inside(['pkill', '-9', '-x', 'doorward-agent']);
    await workstation.restart('agent');
    const again = await enter(...halves);
    assert.notEqual(again.status, 0);
    await waitFor('the account is locked', () => isLocked(workstation, ACCOUNT));
  });
});
