// A technician signs in to a lab workstation: real portal, agent, sshd, sudo, su, login and accounts.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Lab, type Technician } from '../../packaging/lab/lab.ts';
import { waitFor } from '../../packaging/lab/process.ts';
import type { Workstation } from '../../packaging/lab/workstation.ts';
import * as signIns from './sign_ins.ts';
import { BUILD, numberIn, OFFLINE_PROMPT, waitUntilAgentAnswers } from './sign_ins.ts';

let lab: Lab;
let tenant: string;
let workstation: Workstation;
let nik: Technician;
let others: Technician[];

/** A code counts once and the next comes half a minute later, so who only needs a code is somebody else each time. */
const somebody = (): Technician => others.pop() ?? assert.fail('more technicians are needed');

const isLocked = (account: string) => signIns.isLocked(workstation, account);
const waitUntilLocked = (account: string) => signIns.waitUntilLocked(workstation, account);
const signInOnline = (command: string) => signIns.signInOnline(workstation, nik, command);
const waitUntilOpen = () => signIns.waitUntilOpen(workstation, nik.account);

async function lastRefusal(): Promise<string | null> {
  const events = await lab.auditEvents();
  return events.find((event) => event.kind.startsWith('sign_in_') && event.outcome === 'refused')?.reason ?? null;
}

before(async () => {
  lab = await Lab.start({ build: BUILD, portalPort: 0, appPort: 0, mailboxPort: 0 });
  tenant = await lab.addTenant('Customer-1');
  workstation = await lab.addWorkstation('w11-l', tenant);
  others = await lab.addTechnicians(tenant, ['nik', 'ada', 'bea', 'cem', 'dan', 'eve', 'fay', 'gil']);
  nik = others.shift() ?? assert.fail();
  await workstation.must(['useradd', '-m', '-s', '/bin/bash', 'local']);
  await workstation.must(['chpasswd'], { input: 'local:correct horse\n' });
});

after(async () => {
  await lab?.stop();
});

describe('online', () => {
  test('row 64: the account is made on first use, becomes administrator, and is locked afterwards', async () => {
    assert.equal((await workstation.inside(['grep', '-c', `^${nik.account}:`, '/etc/passwd'])).output.trim(), '0');
    const result = await signInOnline('id -un; id -nG; sudo -n id -u; sudo -n id -u; pwd');
    assert.equal(result.status, 0, result.errors);
    const [name, groups, root, rootAgain, home] = result.output.trim().split('\n');
    assert.equal(name, 'msp-nik');
    assert.match(groups ?? '', /\bsudo\b/);
    assert.equal(root, '0');
    assert.equal(rootAgain, '0');
    assert.equal(home, '/home/msp-nik');
    await waitUntilLocked(nik.account);
  });

  test('a wrong number is refused by the workstation although the phone approved', async () => {
    const result = await workstation.ssh(nik.account, 'true', async (prompt) => {
      const wrong = numberIn(prompt) === '10' ? '11' : '10';
      await nik.phone.approveNext(wrong);
      return '';
    });
    assert.notEqual(result.status, 0);
    assert.equal(result.output, '');
  });

  test('a refusal on the phone is a refusal', async () => {
    const result = await workstation.ssh(nik.account, 'true', async () => {
      assert.equal((await nik.phone.refuse()).status, 0);
      return '';
    });
    assert.notEqual(result.status, 0);
  });

  test('the person can type an offline code at the online prompt', async () => {
    const { account, phone } = somebody();
    const { code } = await phone.code('w11-l');
    const result = await workstation.ssh(account, 'id -un', () => code);
    assert.equal(result.output.trim(), account, result.errors);
    await waitUntilLocked(account);
  });

  test('the portal may restart between two sign-ins', async () => {
    await lab.portal.stop();
    await lab.portal.serve();
    await lab.waitUntilUpToDate('w11-l');
    const result = await signInOnline('id -un');
    assert.equal(result.output.trim(), 'msp-nik', result.errors);
    await waitUntilLocked(nik.account);
  });
});

describe('offline', () => {
  before(async () => {
    await workstation.severPortal();
    await waitFor('the portal misses w11-l', async () => (await lab.device('w11-l'))?.connected === false);
  });
  after(async () => {
    await signIns.bringBack(lab, workstation);
  });

  test('row 64: a code from the phone opens a session, once', async () => {
    const { code } = await nik.phone.code('w11-l');
    const prompts: string[] = [];
    const first = await workstation.ssh(nik.account, 'id -un; sudo -n id -u', (prompt) => {
      prompts.push(prompt);
      return code;
    });
    assert.match(prompts[0] ?? '', OFFLINE_PROMPT);
    assert.deepEqual(first.output.trim().split('\n'), ['msp-nik', '0'], first.errors);
    await waitUntilLocked(nik.account);
    const second = await workstation.ssh(nik.account, 'id -un', () => code);
    assert.notEqual(second.status, 0);
    assert.equal(second.output, '');
  });

  test('a code used before stays used after the agent was killed', async () => {
    const { account, phone } = somebody();
    const { code } = await phone.code('w11-l');
    assert.equal((await workstation.ssh(account, 'true', () => code)).status, 0);
    await workstation.inside(['pkill', '-KILL', '-x', 'doorward-agent']);
    await workstation.restart('agent');
    await waitUntilAgentAnswers(workstation);
    assert.notEqual((await workstation.ssh(account, 'true', () => code)).status, 0);
    await waitUntilLocked(account);
  });

  for (const [what, text] of [
    ['nothing', ''],
    ['too few digits', '1234567'],
    ['too many digits', '123456789'],
    ['a space in front', ' 12345678'],
    ['a sign', '+1234567'],
    ['letters', '0x1E2402'],
    ['full-width digits', '１２３４５６７８'],
    ['a very long line', '1'.repeat(4000)],
  ] as const) {
    test(`row 58: over ssh, refused: ${what}`, async () => {
      const result = await workstation.ssh(nik.account, 'true', () => text);
      assert.notEqual(result.status, 0);
      assert.equal(result.output, '');
    });
  }

  test('an unknown name and one without a right see the same prompt and the same refusal', async () => {
    const stranger = await workstation.ssh('msp-nobody', 'true', () => '12345678');
    assert.notEqual(stranger.status, 0);
    assert.equal(stranger.output, '');
  });
});

describe('services', () => {
  const expect = (script: string) => workstation.inside(['expect', '-c', script], { timeoutMs: 60_000 });

  test('su and sudo of other users do not ask the agent, and a local account keeps its password', async () => {
    const result = await workstation.ssh('local', 'id -un', (prompt) => {
      assert.match(prompt, /Password/);
      return 'correct horse';
    });
    assert.equal(result.output.trim(), 'local', result.errors);
  });

  test('row 64: console login asks the same question', async () => {
    const { account, phone } = somebody();
    const { code } = await phone.code('w11-l');
    const result = await expect(`
      log_user 1
      set timeout 40
      spawn login ${account}
      expect -re {offline code: |Code for .*: }
      send "${code}\\r"
      expect -re {\\$ }
      send "id -un; sudo -n id -u; exit\\r"
      expect eof`);
    assert.match(result.output, new RegExp(`${account}\\r?\\n0\\r?\\n`));
    await waitUntilLocked(account);
  });

  test('row 64: su to the technician asks for a code', async () => {
    const { account, phone } = somebody();
    const { code } = await phone.code('w11-l');
    const result = await expect(`
      set timeout 40
      spawn setpriv --reuid local --regid local --clear-groups su - ${account}
      expect -re {offline code: |Code for .*: }
      send "${code}\\r"
      expect -re {\\$ }
      send "id -un; exit\\r"
      expect eof`);
    assert.match(result.output, new RegExp(`${account}\\r?\\n`));
    await waitUntilLocked(account);
  });

  test("row 64: sshd's plain password method asks no phone, takes a code as the password, and nothing else", async () => {
    const { account, phone } = somebody();
    const { code } = await phone.code('w11-l');
    const attempt = (typed: string) =>
      workstation.inside(['bash', '-c', `SSHPASS=$(cat) exec sshpass -e ssh -F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
        -o PubkeyAuthentication=no -o PreferredAuthentications=password ${account}@127.0.0.1 'id -un; sudo -n id -u'`], { input: typed });
    const wrong = await attempt(code === '00000000' ? '00000001' : '00000000');
    assert.notEqual(wrong.status, 0);
    assert.equal(wrong.output, '');
    const right = await attempt(code);
    assert.deepEqual(right.output.trim().split('\n'), [account, '0'], right.errors);
    await waitUntilLocked(account);
  });

  test('row 64: a display manager asks at its own greeter and starts the desktop', async () => {
    const { account, phone } = somebody();
    const { code } = await phone.code('w11-l');
    const wrong = code === '00000000' ? '00000001' : '00000000';
    const put = (file: string, text: string) => workstation.must(['sh', '-c', `cat >${file} && chmod 755 ${file}`], { input: text });
    await put('/run/desktop', '#!/bin/sh\n(id -un; sudo -n id -u) >~/desktop.new && mv ~/desktop.new ~/desktop\n');
    // The greeter of greetd's own, with somebody at its keyboard.
    await put('/run/greeter', `
      set timeout 40
      log_file /tmp/greeter
      spawn /usr/sbin/agreety --cmd /run/desktop
      foreach typed {${wrong} ${code}} {
        expect "login: "
        send "${account}\\r"
        expect -re {offline code: |Code for .*: }
        send "$typed\\r"
      }
      expect eof\n`);
    await put('/run/greetd.toml', `
      [terminal]
      vt = "none"
      [default_session]
      command = "expect /run/greeter"
      user = "_greetd"\n`);
    const manager = workstation.background(['greetd', '--config', '/run/greetd.toml'], join(lab.folder, 'greetd'));
    // What is left in /tmp goes with the session.
    const desktop = `/home/${account}/desktop`;
    try {
      await waitFor('the desktop has run', async () => (await workstation.inside(['test', '-e', desktop])).status === 0, 60_000);
    } finally {
      await workstation.inside(['pkill', '-TERM', '-x', 'greetd']);
      await manager.ended;
    }
    assert.equal(await workstation.must(['cat', desktop]), `${account}\n0\n`);
    assert.match(await workstation.must(['cat', '/tmp/greeter']), /[Ee]rror|refused/, 'the wrong code was not refused');
    await waitUntilLocked(account);
  });

  test("row 64: a screen locker, which runs as the technician, opens by the technician's code and by no other", async () => {
    const session = signInOnline('Xvfb :9 -screen 0 640x480x8 -ac >/dev/null 2>&1 & export DISPLAY=:9; until xdotool getdisplaygeometry >/dev/null 2>&1; do sleep 0.1; done; i3lock --nofork; echo "unlocked $?"; kill %1');
    const type = (text: string) => workstation.must(['sh', '-c', 'DISPLAY=:9 xdotool type --delay 40 --file - && DISPLAY=:9 xdotool key Return'], { input: text });
    const isThere = async () => (await workstation.inside(['sh', '-c', 'DISPLAY=:9 xdotool search --onlyvisible --class i3lock'])).status === 0;
    await waitFor('the screen is locked', isThere, 40_000);
    const { code } = await nik.phone.code('w11-l');
    const refusals = async () => Number((await workstation.inside(['grep', '-c', 'refused.*code_wrong', '/var/log/doorward-agent.log'])).output);
    const before = await refusals();
    await type(code === '00000000' ? '00000001' : '00000000');
    await waitFor('the wrong code is refused', async () => (await refusals()) > before);
    assert.equal(await isThere(), true);
    await type(code);
    const { output, errors } = await session;
    assert.equal(output.trim(), 'unlocked 0', errors);
    await waitUntilLocked(nik.account);
  });

  test('row 64: a public key alone opens nothing', async () => {
    await workstation.must(['sh', '-c', `mkdir -p /home/msp-nik/.ssh && ssh-keygen -q -t ed25519 -N '' -f /root/key && cp /root/key.pub /home/msp-nik/.ssh/authorized_keys && chown -R msp-nik: /home/msp-nik/.ssh && chmod 700 /home/msp-nik/.ssh`]);
    const result = await workstation.inside([
      'ssh', '-F', 'none', '-i', '/root/key', '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null',
      '-o', 'PreferredAuthentications=publickey', 'msp-nik@127.0.0.1', 'id -un',
    ]);
    assert.notEqual(result.status, 0);
    assert.equal(result.output, '');
    assert.equal(await isLocked(nik.account), true);
    await workstation.must(['rm', '-rf', '/home/msp-nik/.ssh', '/root/key', '/root/key.pub']);
  });
});

describe('the end of a session', () => {
  test('row 72: nothing of the account runs on after the last session', async () => {
    const result = await signInOnline('nohup setsid sleep 600 >/dev/null 2>&1 & sudo -n true; echo left');
    assert.equal(result.output.trim(), 'left', result.errors);
    await waitUntilLocked(nik.account);
    await waitFor('no process is left', async () => (await workstation.inside(['pgrep', '-u', nik.account])).status === 1);
    assert.equal((await workstation.inside(['test', '-e', `/run/sudo/ts/${nik.account}`])).status, 1);
  });

  test('row 72: no at or cron job of the account runs, in the session or after it, and none remains', async () => {
    await workstation.inside(['atd']);
    await workstation.inside(['cron']);
    // As long as it may take cron to look.
    const isPatient = process.env['DOORWARD_EVERY_STEP'] !== undefined;
    const jobs = (mark: string) => `echo 'touch /tmp/at-${mark}' | at now; echo 'touch /tmp/at-${mark}' | at now + 2 hours; echo '* * * * * touch /tmp/cron-${mark}' | crontab -`;
    const session = signInOnline(`(${jobs('technician')}) 2>/dev/null; atq | wc -l; crontab -l | wc -l; while [ ! -e /tmp/over ]; do sleep 0.1; done`);
    await waitUntilOpen();
    await workstation.must(['su', '-', 'local', '-c', jobs('local')]);
    const hasRun = async (mark: string) => (await workstation.inside(['test', '-e', `/tmp/${mark}`])).status === 0;
    await waitFor("another user's job has run", () => hasRun('at-local'), 20_000);
    if (isPatient) await waitFor("another user's cron job has run", () => hasRun('cron-local'), 90_000);
    await workstation.must(['touch', '/tmp/over']);
    const { output, errors } = await session;
    assert.match(output, /^[12]\n1\n$/, errors);
    await waitUntilLocked(nik.account);
    assert.equal(await hasRun('at-technician'), false);
    assert.equal(await hasRun('cron-technician'), false);
    await waitFor('no job is left', async () =>
      !(await workstation.must(['atq'])).includes(nik.account) && (await workstation.inside(['crontab', '-u', nik.account, '-l'])).status !== 0);
    assert.match(await workstation.must(['atq']), / local$/m, "another user's job is gone");
    await workstation.inside(['pkill', '-TERM', '-x', 'atd|cron']);
  });

  test('an agent that was killed meanwhile finds the live session again (I3)', async () => {
    const session = signInOnline('sleep 8; sudo -n id -u');
    await waitUntilOpen();
    await workstation.must(['pkill', '-KILL', '-x', 'doorward-agent']);
    await workstation.restart('agent');
    const result = await session;
    assert.equal(result.output.trim(), '0', result.errors);
    await waitUntilLocked(nik.account);
  });

  test('disabling the technician ends the session and refuses the next within a second of the roster', async () => {
    const session = signInOnline('sleep 60; echo still here');
    await waitUntilOpen();
    const started = performance.now();
    await lab.administrator.call('POST', `/technicians/${nik.id}/disable`, { reason: 'left the company' });
    const result = await session;
    assert.ok(performance.now() - started < 5_000, `${performance.now() - started} ms`);
    assert.doesNotMatch(result.output, /still here/);
    await waitUntilLocked(nik.account);
    const again = await workstation.ssh(nik.account, 'true', () => '12345678');
    assert.notEqual(again.status, 0);
    await lab.administrator.call('POST', `/technicians/${nik.id}/enable`, {});
    await lab.waitUntilUpToDate('w11-l');
  });
});

describe('another workstation', () => {
  test('row 42: takes no code of this one, and an enrolment token works once', async () => {
    const { token } = await lab.createToken(tenant);
    const other = await lab.startWorkstation('w11-m');
    assert.equal((await other.inside(['doorward', 'enrol', '--token-file', '-'], { input: token })).status, 0);
    await lab.waitUntilUpToDate('w11-m');
    const third = await lab.startWorkstation('w11-n');
    const refused = await third.inside(['doorward', 'enrol', '--token-file', '-'], { input: token });
    assert.equal(refused.status, 5, refused.errors);
    const { account, phone } = somebody();
    const { code } = await phone.code('w11-l');
    assert.notEqual((await other.ssh(account, 'true', () => code)).status, 0);
  });
});

describe('the record', () => {
  test('every sign-in is there with who, where and how, in order, each once', async () => {
    await waitFor('the queue is empty', async () => (await lab.auditEvents()).some((event) => event.kind === 'session_closed'));
    const events = await lab.auditEvents();
    const online = events.filter((event) => event.kind === 'sign_in_online' && event.outcome === 'success');
    const offline = events.filter((event) => event.kind === 'sign_in_offline' && event.outcome === 'success');
    assert.ok(online.length >= 4, `${online.length} online`);
    assert.ok(offline.length >= 3, `${offline.length} offline`);
    assert.ok([...online, ...offline].every((event) => event.account?.startsWith('msp-') && event.device?.name === 'w11-l'));
    assert.ok(events.filter((event) => event.kind === 'sign_in_offline').some((event) => event.reason === 'code_used'));
    assert.notEqual(await lastRefusal(), null);
  });
});
