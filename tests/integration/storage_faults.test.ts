// Rows 16 to 18 and 33 of the fault matrix: a workstation whose disk is full, read-only or broken, or whose SQLCipher is
// an old one.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Lab, type Technician } from '../../packaging/lab/lab.ts';
import { waitFor, type Finished } from '../../packaging/lab/process.ts';
import type { Workstation } from '../../packaging/lab/workstation.ts';
import { strideOf } from './kill_points.ts';
import { BUILD, refillTries, startAgent, stopAgent, waitUntilAgentAnswers, waitUntilLocked } from './sign_ins.ts';

const STATE = '/var/lib/doorward';

let lab: Lab;
let workstation: Workstation;
let people: Technician[];
let turn = 0;

/** A code counts once and the next comes half a minute later, so they take turns. */
const next = (): Technician => people[(turn += 1) % people.length] ?? assert.fail();
const codeOf = async (technician: Technician): Promise<string> => (await technician.phone.code(workstation.name)).code;

function signIn(account: string, code: string): Promise<Finished> {
  return workstation.inside(['pamtester', 'sshd', account, 'authenticate', 'acct_mgmt', 'open_session', 'close_session'], { input: `${code}\n` });
}

const isAuthenticated = ({ output, errors }: Finished): boolean => /successfully authenticated/.test(output + errors);

async function othersAreFine(): Promise<void> {
  assert.equal((await workstation.inside(['su', '-', 'local', '-c', 'id -un'])).output.trim(), 'local');
  const ssh = await workstation.ssh('local', 'sudo -S -p "" id -u <<<"correct horse"', () => 'correct horse');
  assert.equal(ssh.output.trim(), '0', ssh.errors);
}

before(async () => {
  lab = await Lab.start({ build: BUILD, portalPort: 0, appPort: 0, mailboxPort: 0 });
  const tenant = await lab.addTenant('Customer-1');
  workstation = await lab.addWorkstation('w11-l', tenant);
  people = await lab.addTechnicians(tenant, ['ada', 'bea', 'cem', 'dan', 'eve', 'fay', 'gil', 'hal', 'ida', 'jon']);
  await workstation.must(['useradd', '-m', '-s', '/bin/bash', '-G', 'sudo', 'local']);
  await workstation.must(['chpasswd'], { input: 'local:correct horse\n' });
  await workstation.severPortal();
  await waitFor('the portal misses the workstation', async () => (await lab.device(workstation.name))?.connected === false);
});

after(async () => {
  await lab?.stop();
});

describe("a disk of the agent's own that", () => {
  before(async () => {
    await stopAgent(workstation);
    // Small, so that it is soon full.
    await workstation.must(['bash', '-euc', `
      cp -a ${STATE} /run/state
      mount -t tmpfs -o size=4m,nr_inodes=64,mode=755 tmpfs ${STATE}
      cp -a /run/state/. ${STATE}`]);
    await startAgent(workstation);
  });

  async function isSurvived(begin: string, end: string): Promise<void> {
    const technician = next();
    const code = await codeOf(technician);
    await workstation.must(['bash', '-euc', begin]);
    // No file is open for writing where a file system becomes read-only, so it is started on that.
    if ((await workstation.inside(['pgrep', '-x', 'doorward-agent'])).status !== 0) await workstation.restart('agent');
    const during = await signIn(technician.account, code);
    const restarted = next();
    const another = await codeOf(restarted);
    await othersAreFine();
    // Started with it, the agent may refuse to serve, which refuses everybody.
    await stopAgent(workstation, 'KILL');
    await workstation.restart('agent');
    const afterRestart = await signIn(restarted.account, another);
    await othersAreFine();
    await workstation.must(['bash', '-euc', end]);
    await stopAgent(workstation, 'KILL');
    await startAgent(workstation);
    for (const { person, typed, first } of [
      { person: technician, typed: code, first: during },
      { person: restarted, typed: another, first: afterRestart },
    ]) {
      await waitUntilLocked(workstation, person.account);
      const again = await signIn(person.account, typed);
      assert.notEqual(isAuthenticated(first) && isAuthenticated(again), true, `${person.username}: the code counted twice`);
      await waitUntilLocked(workstation, person.account);
    }
    const well = next();
    const result = await signIn(well.account, await codeOf(well));
    assert.equal(result.status, 0, result.errors);
    await waitUntilLocked(workstation, well.account);
    assert.equal((await workstation.must(['doorward', 'sessions', '--json'])).trim(), '[]');
  }

  test('row 16: is full: nobody comes in without a record, others do, and afterwards all is as before (I2, I4)', () =>
    isSurvived(`dd if=/dev/zero of=${STATE}/agent/filler bs=4k status=none || true; test $(stat -f -c %a ${STATE}) = 0`, `rm ${STATE}/agent/filler`));

  test('row 17: has no inodes left: nobody comes in without a record, others do, and afterwards all is as before (I2, I4)', () =>
    isSurvived(`i=0; while touch ${STATE}/agent/i$i 2>/dev/null; do i=$((i+1)); done; test $(stat -f -c %d ${STATE}) = 0`, `rm ${STATE}/agent/i*`));

  test('row 17: is read-only: nobody comes in without a record, others do, and afterwards all is as before (I2, I4)', () =>
    isSurvived(
      `pkill -KILL -x doorward-agent; while pgrep -x doorward-agent >/dev/null; do sleep 0.1; done; mount -o remount,ro ${STATE}`,
      `mount -o remount,rw ${STATE}`,
    ));

  after(async () => {
    await stopAgent(workstation);
    await workstation.must(['bash', '-euc', `rm -rf /run/state; cp -a ${STATE} /run/state; umount ${STATE}; cp -a /run/state/. ${STATE}`]);
    await startAgent(workstation);
  });
});

describe('account files that cannot be written', () => {
  test('row 16: /etc is full: nobody is let in, the account stays locked, and afterwards it opens', async () => {
    const technician = next();
    await workstation.must(['bash', '-euc', 'cp -a /etc /run/etc-copy; mount -t tmpfs -o size=$(($(du -sk /run/etc-copy | cut -f1) + 512))k,mode=755 tmpfs /etc; cp -a /run/etc-copy/. /etc; dd if=/dev/zero of=/etc/filler bs=4k status=none || true']);
    try {
      const refused = await signIn(technician.account, await codeOf(technician));
      assert.notEqual(refused.status, 0);
      await waitUntilLocked(workstation, technician.account);
      assert.equal((await workstation.inside(['su', '-', 'local', '-c', 'id -un'])).output.trim(), 'local');
    } finally {
      await workstation.must(['rm', '/etc/filler']);
    }
    const result = await signIn(technician.account, await codeOf(technician));
    assert.equal(result.status, 0, result.errors);
    await waitUntilLocked(workstation, technician.account);
  });
});

/** From now on the `number`-th of these calls, in each thread of the agent, fails. */
async function withFailing<Value>(calls: string, error: string, number: number, work: () => Promise<Value>): Promise<Value> {
  const agent = (await workstation.must(['pgrep', '-o', '-x', 'doorward-agent'])).trim();
  const strace = workstation.background(
    ['strace', '-f', '-qq', '-p', agent, '-e', `trace=${calls}`, '-e', `inject=${calls}:error=${error}:when=${number}`, '-o', '/run/strace'],
    join(lab.folder, 'strace'),
  );
  await waitFor('every thread is traced', async () =>
    strace.running && (await workstation.inside(['grep', '-LE', '^TracerPid:\\s+[1-9]', '-r', '--include=status', `/proc/${agent}/task`, '--exclude-dir=attr', '--exclude-dir=net'])).output.trim() === '');
  try {
    return await work();
  } finally {
    // Not by TERM: it may wait for ever for a tool that the agent is starting.
    await workstation.inside(['pkill', '-KILL', '-x', 'strace']);
    await strace.ended;
  }
}

describe('a disk that fails', () => {
  async function isSurvived(error: string, calls: string): Promise<string> {
    const stride = strideOf(3);
    let refused = 0;
    let number = 1;
    for (; number < 60; number += stride) {
      const technician = next();
      const code = await codeOf(technician);
      const first = await withFailing(calls, error, number, () => signIn(technician.account, code));
      const reached = await workstation.inside(['grep', '-c', 'INJECTED', '/run/strace']);
      // What the agent has in memory does not count.
      await stopAgent(workstation, 'KILL');
      await startAgent(workstation);
      await waitUntilLocked(workstation, technician.account);
      const again = await signIn(technician.account, code);
      assert.ok(!(isAuthenticated(first) && isAuthenticated(again)), `${error} at ${calls} ${number}: the code counted twice`);
      await waitUntilLocked(workstation, technician.account);
      if (first.status !== 0) refused += 1;
      if (reached.output.trim() === '0') break;
      if (number % 25 === 24) await refillTries(workstation);
    }
    assert.ok(refused > 0, 'no call was made to fail');
    return `${refused} sign-ins refused, each call up to ${number} in ${Math.ceil(number / stride)} rounds`;
  }

  test('row 18: EIO at each fsync of a sign-in: no code counts twice, none without being on the disk (I1, I2)', async (context) => {
    context.diagnostic(await isSurvived('EIO', 'fdatasync,fsync'));
  });
  test('row 18: EINTR at each fsync of a sign-in: no code counts twice, none without being on the disk (I1, I2)', async (context) => {
    context.diagnostic(await isSurvived('EINTR', 'fdatasync,fsync'));
  });
  test('row 18: EIO at each write of a sign-in: no code counts twice, none without being on the disk (I1, I2)', async (context) => {
    context.diagnostic(await isSurvived('EIO', 'pwrite64'));
  });
  test('row 18: ENOSPC at each write of a sign-in: no code counts twice, none without being on the disk (I1, I2)', async (context) => {
    context.diagnostic(await isSurvived('ENOSPC', 'pwrite64'));
  });
});

test('row 33: a SQLCipher of the generation before is refused, with the reason', async () => {
  await stopAgent(workstation);
  const log = '/var/log/old-cipher.log';
  const status = await workstation.inside(['bash', '-c', `LD_PRELOAD=/run/old_cipher.so timeout 20 unshare --net /usr/sbin/doorward-agent >${log} 2>&1`]);
  assert.ok(status.status !== 0 && status.status !== 124, `${status.status}`);
  const said = await workstation.must(['cat', log]);
  assert.match(said, /SQLCipher/);
  await workstation.restart('agent');
  await waitUntilAgentAnswers(workstation);
});
