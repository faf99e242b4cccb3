// One account for all technicians of a customer, on real workstations: the switch (journey 6), and several technicians
// in the account at once.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Lab, type Technician } from '../../packaging/lab/lab.ts';
import { waitFor } from '../../packaging/lab/process.ts';
import type { SshResult } from '../../packaging/lab/ssh_session.ts';
import type { Workstation } from '../../packaging/lab/workstation.ts';
import * as signIns from './sign_ins.ts';
import { accountState, BUILD, numberIn, OFFLINE_PROMPT, ONLINE_PROMPT, waitUntilLocked, waitUntilOpen } from './sign_ins.ts';

interface Wish {
  readonly account_mode: 'named' | 'shared' | null;
  readonly account_prefix: string | null;
}
interface Planned {
  readonly name: string;
}
interface Plan {
  readonly locked: Planned[];
  readonly made: Planned[];
  readonly workstations: { name: string; connected: boolean; sessions: number }[];
}
interface Progress {
  readonly last: { before: Wish } | null;
  readonly workstations: { name: string; progress: string; open_accounts: string[] }[];
}

let lab: Lab;
let tenant: string;
let workstation: Workstation;
let late: Workstation;
let nik: Technician;
let ada: Technician;
/** Has a phone, and no right here. */
let zoe: Technician;
let account = '';

const plan = (wish: Wish): Promise<Plan> => {
  const query = new URLSearchParams();
  if (wish.account_mode !== null) query.set('account_mode', wish.account_mode);
  if (wish.account_prefix !== null) query.set('account_prefix', wish.account_prefix);
  return lab.administrator.call('GET', `/tenants/${tenant}/account-plan?${query.toString()}`);
};

async function apply(wish: Wish): Promise<void> {
  const { headers } = await lab.administrator.ask('GET', `/tenants/${tenant}`);
  await lab.administrator.call('PUT', `/tenants/${tenant}/accounts`, { ...wish, code_scheme: null }, { 'If-Match': String(headers['etag']) });
}

const progress = (): Promise<Progress> => lab.administrator.call('GET', `/tenants/${tenant}/account-switch`);
const progressOf = async (name: string): Promise<string> =>
  (await progress()).workstations.find((one) => one.name === name)?.progress ?? 'none';
const waitForProgress = (name: string, wanted: string): Promise<void> =>
  waitFor(`${name} is ${wanted}`, async () => (await progressOf(name)) === wanted, 60_000);

/** Where the tests that do it step by step were left out. */
async function shareOneAccount(): Promise<void> {
  if (account !== '') return;
  const wish: Wish = { account_mode: 'shared', account_prefix: null };
  account = (await plan(wish)).made[0]?.name ?? assert.fail();
  await apply(wish);
  for (const { name } of [workstation, late]) await waitForProgress(name, 'done');
}

const NAME_PROMPT = /Technician: ?$/;

/** Says who it is at the first prompt; the second is answered by `answer`. */
function signIn(who: string, command: string, answer: (prompt: string) => Promise<string> | string, at = workstation): Promise<SshResult> {
  return at.ssh(account, command, (prompt, count) => {
    if (count > 1) return answer(prompt);
    assert.match(prompt, NAME_PROMPT);
    return who;
  });
}

const online = (technician: Technician, command: string, at = workstation): Promise<SshResult> =>
  signIn(technician.username, command, async (prompt) => {
    const approved = await technician.phone.approveNext(numberIn(prompt));
    assert.equal(approved.status, 0, approved.errors);
    return '';
  }, at);

async function offline(technician: Technician, command: string): Promise<SshResult> {
  const { code } = await technician.phone.code(workstation.name);
  return signIn(technician.username, command, (prompt) => {
    assert.match(prompt, OFFLINE_PROMPT);
    return code;
  });
}

/** Stays until it is told to leave; what it started goes on by itself, if nobody ends it. */
const staying = (who: string, seconds: number): string =>
  `nohup setsid sleep ${seconds} >/dev/null 2>&1 & until [ -e /run/leave-${who} ]; do sleep 0.2; done; id -un; sudo -n id -u`;
const leave = (who: string): Promise<string> => workstation.must(['touch', `/run/leave-${who}`]);
const runs = async (seconds: number): Promise<boolean> =>
  (await workstation.inside(['pgrep', '-u', account, '-f', `sleep ${seconds}`])).status === 0;
const sessionCount = async (): Promise<number> =>
  (JSON.parse(await workstation.must(['doorward', 'sessions', '--json'])) as unknown[]).length;

before(async () => {
  lab = await Lab.start({ build: BUILD, portalPort: 0, appPort: 0, mailboxPort: 0 });
  tenant = await lab.addTenant('Customer-1');
  workstation = await lab.addWorkstation('w11-l', tenant);
  late = await lab.addWorkstation('w11-m', tenant);
  [nik, ada] = (await lab.addTechnicians(tenant, ['nik', 'ada'])) as [Technician, Technician];
  zoe = await lab.addTechnician('Technician zoe', 'zoe');
});

after(async () => {
  await lab?.stop();
});

describe('a customer goes over to a shared account (journey 6)', () => {
  let session: Promise<SshResult>;

  test('the plan names accounts, sessions and who is away, and does nothing', async () => {
    await late.severPortal();
    await waitFor('the portal misses w11-m', async () => (await lab.device('w11-m'))?.connected === false);
    session = signIns.signInOnline(workstation, nik, 'until [ -e /run/leave-named ]; do sleep 0.2; done; sudo -n id -u');
    await waitUntilOpen(workstation, nik.account);
    const planned = await waitForPlan();
    assert.deepEqual(planned.locked.map(({ name }) => name), ['msp-ada', 'msp-nik']);
    assert.equal(planned.made.length, 1);
    account = planned.made[0]?.name ?? '';
    assert.match(account, /^msp-\d{4}$/);
    assert.equal(planned.workstations.find(({ name }) => name === 'w11-m')?.connected, false);
    assert.equal((await progress()).last, null);
    assert.notEqual((await workstation.inside(['getent', 'passwd', account])).status, 0);
  });

  /** Sessions are reported at most every ten seconds. */
  async function waitForPlan(): Promise<Plan> {
    const wish: Wish = { account_mode: 'shared', account_prefix: null };
    await waitFor('the session is reported', async () =>
      (await plan(wish)).workstations.some(({ name, sessions }) => name === 'w11-l' && sessions === 1));
    return plan(wish);
  }

  test('an open session goes on and its account is locked when it ends; new ones of the old kind are refused', async () => {
    await apply({ account_mode: 'shared', account_prefix: null });
    await waitForProgress('w11-l', 'still_open');
    assert.notEqual((await workstation.ssh(ada.account, 'true', () => '12345678')).status, 0);
    assert.notEqual((await workstation.ssh(nik.account, 'true', () => '12345678')).status, 0);
    await leave('named');
    const result = await session;
    assert.equal(result.output.trim(), '0', result.errors);
    await waitUntilLocked(workstation, nik.account);
    await waitForProgress('w11-l', 'done');
  });

  test('a workstation that was away follows when it returns', async () => {
    assert.equal(await progressOf('w11-m'), 'waiting');
    await signIns.bringBack(lab, late);
    await waitForProgress('w11-m', 'done');
    const result = await online(ada, 'id -un; sudo -n id -u', late);
    assert.deepEqual(result.output.trim().split('\n'), [account, '0'], result.errors);
    await waitUntilLocked(late, account);
  });
});

describe('several technicians in the account', () => {
  before(shareOneAccount);

  test('row 73: online, one leaves: the other goes on, with sudo; the last one out locks it', async () => {
    const first = online(nik, staying('nik', 601));
    await waitFor('nik is in', async () => (await sessionCount()) === 1, 30_000);
    const second = online(ada, staying('ada', 602));
    await waitFor('both are in', async () => (await sessionCount()) === 2, 30_000);
    const listed = await workstation.must(['doorward', 'sessions']);
    assert.match(listed, /Technician nik/);
    assert.match(listed, /Technician ada/);
    await waitFor('what they started runs', async () => (await runs(601)) && (await runs(602)), 20_000);

    await leave('nik');
    const left = await first;
    assert.deepEqual(left.output.trim().split('\n'), [account, '0'], left.errors);
    await waitFor('what nik started has ended', async () => !(await runs(601)), 20_000);
    assert.equal(await sessionCount(), 1);
    assert.equal(await runs(602), true);
    assert.notEqual(await accountState(workstation, account), 'L');

    await leave('ada');
    const last = await second;
    assert.deepEqual(last.output.trim().split('\n'), [account, '0'], last.errors);
    await waitUntilLocked(workstation, account);
    await waitFor('no process is left', async () => (await workstation.inside(['pgrep', '-u', account])).status === 1, 20_000);
  });

  test('row 73: offline as well, by the codes of each', async () => {
    await workstation.severPortal();
    await waitFor('the portal misses w11-l', async () => (await lab.device('w11-l'))?.connected === false);
    await workstation.must(['rm', '-f', '/run/leave-nik', '/run/leave-ada']);
    const first = offline(nik, staying('nik', 603));
    await waitFor('nik is in', async () => (await sessionCount()) === 1, 30_000);
    const second = offline(ada, staying('ada', 604));
    await waitFor('both are in', async () => (await sessionCount()) === 2, 30_000);
    await leave('ada');
    assert.deepEqual((await second).output.trim().split('\n'), [account, '0']);
    await waitFor('what ada started has ended', async () => !(await runs(604)), 20_000);
    assert.equal(await runs(603), true);
    await leave('nik');
    assert.deepEqual((await first).output.trim().split('\n'), [account, '0']);
    await waitUntilLocked(workstation, account);
    await signIns.bringBack(lab, workstation);
  });

  test("what one technician left running gets nothing from another's session", async () => {
    await workstation.must(['rm', '-f', '/run/leave-nik', '/run/leave-ada']);
    const uid = (await workstation.must(['id', '-u', account])).trim();
    // As root he may give a process a login of its own, which nobody can tell from a real one.
    const tries = 'until [ -e /run/nik-left ]; do sleep 0.2; done; sudo -n id -u >$HOME/got 2>&1; echo $? >$HOME/status';
    const plant = `sudo -n sh -c 'echo 0 >/proc/self/loginuid; HOME=/home/${account} exec setsid setpriv --reuid ${uid} --regid ${uid} --clear-groups sh -c "${tries.replaceAll('$', '\\$')}" </dev/null >/dev/null 2>&1 &'`;
    const second = online(ada, staying('ada', 605));
    await waitFor('ada is in', async () => (await sessionCount()) === 1, 30_000);
    const planted = await online(nik, `${plant}; id -un`);
    assert.equal(planted.output.trim(), account, planted.errors);
    await waitFor('nik is out', async () => (await sessionCount()) === 1, 20_000);
    assert.equal((await workstation.inside(['pgrep', '-u', account, '-f', 'nik-left'])).status, 0, 'the left-over process has to live for this test');
    await workstation.must(['touch', '/run/nik-left']);
    const status = `/home/${account}/status`;
    await waitFor('it has tried', async () => (await workstation.inside(['test', '-s', status])).status === 0, 20_000);
    assert.notEqual((await workstation.must(['cat', status])).trim(), '0');
    assert.notEqual((await workstation.must(['cat', `/home/${account}/got`])).trim(), '0');
    await leave('ada');
    assert.deepEqual((await second).output.trim().split('\n'), [account, '0']);
    await waitUntilLocked(workstation, account);
  });

  test('every record names the technician and the account', async () => {
    await waitFor('the log is whole', async () =>
      (await lab.auditEvents()).filter(({ kind, account: used }) => kind === 'session_closed' && used === account).length >= 6);
    const events = (await lab.auditEvents()).filter((event) => event.account === account && event.kind.startsWith('s'));
    for (const kind of ['sign_in_online', 'sign_in_offline', 'session_opened', 'session_closed', 'sudo']) {
      const names = new Set(events.filter((event) => event.kind === kind).map((event) => event.technician?.name));
      assert.deepEqual([...names].sort(), ['Technician ada', 'Technician nik'], kind);
    }
  });

  test("a technician is disabled: their session ends, a colleague's in the same account goes on", async () => {
    await workstation.must(['rm', '-f', '/run/leave-nik', '/run/leave-ada']);
    const [bea] = await lab.addTechnicians(tenant, ['bea']);
    assert.ok(bea);
    const second = online(ada, staying('ada', 606));
    await waitFor('ada is in', async () => (await sessionCount()) === 1, 30_000);
    const first = online(bea, staying('bea', 607));
    await waitFor('both are in', async () => (await sessionCount()) === 2, 30_000);
    await waitFor('what they started runs', async () => (await runs(606)) && (await runs(607)), 20_000);
    await lab.administrator.call('POST', `/technicians/${bea.id}/disable`, { reason: 'left' });
    const ended = await first;
    assert.notEqual(ended.status, 0);
    assert.equal(ended.output, '');
    await waitFor('what bea started has ended', async () => !(await runs(607)), 20_000);
    assert.equal(await sessionCount(), 1);
    assert.equal(await runs(606), true);
    await leave('ada');
    assert.deepEqual((await second).output.trim().split('\n'), [account, '0']);
    await waitUntilLocked(workstation, account);
    await waitFor('the reason is recorded', async () =>
      (await lab.auditEvents()).some(({ kind, reason, technician }) =>
        kind === 'session_closed' && reason === 'technician_disabled' && technician?.name === 'Technician bea'), 20_000);
  });
});

describe('who may not come in', () => {
  before(shareOneAccount);

  for (const [where, prompt] of [['online', ONLINE_PROMPT], ['offline', OFFLINE_PROMPT]] as const)
    test(`${where}, without a right or unknown: the same prompts and the same words as for a wrong code`, async () => {
      if (where === 'offline') {
        await workstation.severPortal();
        await waitFor('the portal misses w11-l', async () => (await lab.device('w11-l'))?.connected === false);
      }
      const attempt = async (who: string): Promise<string> => {
        const result = await signIn(who, 'true', (text) => {
          assert.match(text, prompt);
          return '12345678';
        });
        assert.notEqual(result.status, 0);
        assert.equal(result.output, '');
        assert.equal(result.prompts.length, 2);
        return result.errors;
      };
      const words = await attempt(ada.username);
      for (const who of [zoe.username, 'nobody', '']) assert.equal(await attempt(who), words, who);
      if (where === 'offline') await signIns.bringBack(lab, workstation);
      assert.equal(await signIns.isLocked(workstation, account), true);
    });

  test('row 60: a local account of the name is reported and stays as it is', async () => {
    const third = await lab.startWorkstation('w11-n');
    await third.must(['useradd', '-m', account]);
    await third.must(['chpasswd'], { input: `${account}:correct horse\n` });
    const before = await third.must(['grep', `^${account}:`, '/etc/shadow']);
    const { token } = await lab.createToken(tenant);
    assert.equal((await third.inside(['doorward', 'enrol', '--token-file', '-'], { input: token })).status, 0);
    await waitForProgress('w11-n', 'conflict');
    const local = await third.ssh(account, 'id -un', (prompt) => {
      assert.match(prompt, /Password/);
      return 'correct horse';
    });
    assert.equal(local.output.trim(), account, local.errors);
    assert.equal(await third.must(['grep', `^${account}:`, '/etc/shadow']), before);
    assert.ok((await lab.auditEvents()).some((event) => event.kind === 'account_conflict' && event.account === account));
  });
});

describe('taken back', () => {
  test('each technician has their own account again, and the shared one is locked', async () => {
    const { last } = await progress();
    assert.ok(last);
    await apply(last.before);
    await waitForProgress('w11-l', 'done');
    const result = await signIns.signInOnline(workstation, nik, 'id -un; sudo -n id -u');
    assert.deepEqual(result.output.trim().split('\n'), [nik.account, '0'], result.errors);
    assert.equal(await signIns.isLocked(workstation, account), true);
    assert.notEqual((await workstation.ssh(account, 'true', () => '12345678')).status, 0);
  });

  test('a prefix of its own renames the accounts of this customer', async () => {
    await apply({ account_mode: null, account_prefix: 'acme-' });
    await waitForProgress('w11-l', 'done');
    const result = await signIns.signInOnline(workstation, { ...nik, account: 'acme-nik' }, 'id -un; sudo -n id -u');
    assert.deepEqual(result.output.trim().split('\n'), ['acme-nik', '0'], result.errors);
    await waitUntilLocked(workstation, 'acme-nik');
    assert.equal(await signIns.isLocked(workstation, nik.account), true);
  });
});
