// Rows of the fault matrix about the workstation: the agent stopped, hung or restarted, and callers that do odd things.
import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { Lab, type Technician } from '../../packaging/lab/lab.ts';
import type { Finished } from '../../packaging/lab/process.ts';
import type { Workstation } from '../../packaging/lab/workstation.ts';
import { BUILD, OFFLINE_PROMPT, waitUntilAgentAnswers, waitUntilLocked } from './sign_ins.ts';

const PASSWORD = 'correct horse';

let lab: Lab;
let workstation: Workstation;
let people: Technician[];

/** A code counts once and the next comes half a minute later, so each test has technicians of its own. */
const somebody = (): Technician => people.pop() ?? assert.fail('more technicians are needed');

const codeOf = async (technician: Technician): Promise<string> => (await technician.phone.code(workstation.name)).code;

/** The operations one after the other in one process, as a program with PAM would. `sshd` adds no delay of its own. */
function pamtester(service: string, account: string, operations: readonly string[], typed: string, before: readonly string[] = []): Promise<Finished> {
  return workstation.inside([...before, 'pamtester', service, account, ...operations], { input: typed, timeoutMs: 100_000 });
}

async function timed<Value>(work: Promise<Value>): Promise<{ value: Value; seconds: number }> {
  const started = performance.now();
  const value = await work;
  return { value, seconds: (performance.now() - started) / 1000 };
}

async function localPeopleAreFine(): Promise<void> {
  const ssh = await timed(workstation.ssh('local', 'sudo -S -p "" id -u <<<"correct horse"', () => PASSWORD));
  assert.equal(ssh.value.output.trim(), '0', ssh.value.errors);
  const su = await workstation.inside(['su', '-', 'local', '-c', 'id -un']);
  assert.equal(su.output.trim(), 'local', su.errors);
  assert.equal((await workstation.inside(['su', '-', '-c', 'id -u'])).output.trim(), '0');
}

before(async () => {
  lab = await Lab.start({ build: BUILD, portalPort: 0, appPort: 0, mailboxPort: 0 });
  const tenant = await lab.addTenant('Customer-1');
  workstation = await lab.addWorkstation('w11-l', tenant);
  people = await lab.addTechnicians(tenant, ['ada', 'bea', 'cem', 'dan', 'eve', 'fay', 'gil', 'hal', 'ida', 'jon', 'kim', 'lea', 'mia', 'ned', 'oda', 'pia', 'roy', 'sue', 'tim', 'uli']);
  await workstation.must(['useradd', '-m', '-s', '/bin/bash', '-G', 'sudo', 'local']);
  await workstation.must(['chpasswd'], { input: `local:${PASSWORD}\n` });
  await workstation.severPortal();
});

after(async () => {
  await lab?.stop();
});

describe('the agent', () => {
  test('row 11: is stopped: technicians are refused at once, everybody else is as ever', async () => {
    const { account } = somebody();
    await workstation.must(['pkill', '-TERM', '-x', 'doorward-agent']);
    try {
      const refused = await timed(workstation.ssh(account, 'true', () => '12345678'));
      assert.notEqual(refused.value.status, 0);
      assert.deepEqual(refused.value.prompts, []);
      assert.ok(refused.seconds < 5, `${refused.seconds} s`);
      await localPeopleAreFine();
    } finally {
      await workstation.restart('agent');
      await waitUntilAgentAnswers(workstation);
    }
  });

  test('row 12: hangs: technicians are refused within the deadline, everybody else is as ever', async () => {
    const { account } = somebody();
    await workstation.must(['pkill', '-STOP', '-x', 'doorward-agent']);
    try {
      const refused = await timed(workstation.ssh(account, 'true', () => '12345678'));
      assert.notEqual(refused.value.status, 0);
      assert.deepEqual(refused.value.prompts, []);
      assert.ok(refused.seconds > 1.5 && refused.seconds < 8, `${refused.seconds} s`);
      const plain = await timed(pamtester('sshd', account, ['authenticate'], '12345678\n'));
      assert.notEqual(plain.value.status, 0);
      assert.ok(plain.seconds > 1.5 && plain.seconds < 4, `${plain.seconds} s`);
      await localPeopleAreFine();
    } finally {
      await workstation.must(['pkill', '-CONT', '-x', 'doorward-agent']);
    }
    await waitUntilAgentAnswers(workstation);
  });

  test('row 12: hangs while the person types: even the right code is refused within the deadline', async () => {
    const technician = somebody();
    const code = await codeOf(technician);
    let answered = 0;
    const refused = await workstation.ssh(technician.account, 'true', async () => {
      await workstation.must(['pkill', '-STOP', '-x', 'doorward-agent']);
      answered = performance.now();
      return code;
    });
    assert.ok(performance.now() - answered < 8_000);
    assert.notEqual(refused.status, 0);
    await workstation.must(['pkill', '-CONT', '-x', 'doorward-agent']);
    await waitUntilAgentAnswers(workstation);
    // The agent finds the answer of somebody who has gone: whatever it makes of the code, no account is opened for it.
    await waitUntilLocked(workstation, technician.account);
    assert.equal((await workstation.must(['doorward', 'sessions', '--json'])).trim(), '[]');
  });

  test('rows 1, 13: restarts while the person types: refused, and the same code works at the next try', async () => {
    const technician = somebody();
    const code = await codeOf(technician);
    const refused = await workstation.ssh(technician.account, 'true', async (prompt) => {
      assert.match(prompt, OFFLINE_PROMPT);
      await workstation.must(['pkill', '-KILL', '-x', 'doorward-agent']);
      await workstation.restart('agent');
      await waitUntilAgentAnswers(workstation);
      return code;
    });
    assert.notEqual(refused.status, 0);
    const retried = await workstation.ssh(technician.account, 'id -un', () => code);
    assert.equal(retried.output.trim(), technician.account, retried.errors);
    await waitUntilLocked(workstation, technician.account);
    assert.equal((await workstation.must(['doorward', 'sessions', '--json'])).trim(), '[]');
  });
});

describe('guessing', () => {
  test('row 55: however often the agent is restarted, tries are counted on and soon have to wait', async () => {
    const technician = somebody();
    const judged = async (): Promise<number> =>
      Number((await workstation.inside(['grep', '-c', `"account":"${technician.account}".*"reason":"code_wrong"`, '/var/log/doorward-agent.log'])).output);
    const started = performance.now();
    for (let tries = 0; tries < 30; tries += 1) {
      if (tries % 5 === 4) {
        await workstation.must(['pkill', '-KILL', '-x', 'doorward-agent']);
        await workstation.restart('agent');
        await waitUntilAgentAnswers(workstation);
      }
      assert.notEqual((await pamtester('sshd', technician.account, ['authenticate'], '00000000\n')).status, 0);
    }
    // Five are free, then each doubles the wait: so many fit into the time that this took.
    const seconds = (performance.now() - started) / 1000;
    const most = 6 + Math.ceil(Math.log2(seconds / 2 + 1));
    const counted = await judged();
    assert.ok(counted >= 5 && counted <= most, `${counted} of at most ${most} in ${seconds.toFixed(0)} s`);
  });

  test('row 56: another technician, local people and root come in meanwhile', async () => {
    const technician = somebody();
    const result = await workstation.ssh(technician.account, 'id -un', async () => codeOf(technician));
    assert.equal(result.output.trim(), technician.account, result.errors);
    await waitUntilLocked(workstation, technician.account);
    await localPeopleAreFine();
  });
});

describe('one code', () => {
  test('row 53: typed in a hundred places at once: exactly one gets in (I1)', async () => {
    for (const technician of [somebody(), somebody()]) {
      const code = await codeOf(technician);
      const script = `
        for i in $(seq 100); do
          (printf '%s\\n' ${code} | pamtester sshd ${technician.account} authenticate >/dev/null 2>&1; echo $?) &
        done; wait`;
      const answers = (await workstation.must(['bash', '-c', script], { timeoutMs: 120_000 })).trim().split('\n');
      assert.equal(answers.length, 100);
      assert.equal(answers.filter((status) => status === '0').length, 1, answers.join(' '));
      await waitUntilAgentAnswers(workstation);
    }
  });

  test('row 58: with anything around it is refused, and stays good', async () => {
    const technician = somebody();
    const code = await codeOf(technician);
    const fullWidth = [...code].map((digit) => String.fromCodePoint(0xff10 + Number(digit))).join('');
    const around = [
      ` ${code}`, `${code} `, `\t${code}`, `${code.slice(0, 4)} ${code.slice(4)}`, `+${code}`, `-${code}`, `0${code}`, `${code}0`,
      `0x${Number(code).toString(16)}`, `${code}\r`, `"${code}"`, `${code};`, fullWidth, `${code}${code}`, code.slice(1), `${code}\u0301`,
      `\ufeff${code}`, `${code}\u200b`, `${code}${'0'.repeat(400)}`, '0'.repeat(65_536) + code, '',
    ];
    for (const typed of around) {
      const refused = await pamtester('sshd', technician.account, ['authenticate'], `${typed}\n`);
      assert.notEqual(refused.status, 0, JSON.stringify(typed.slice(0, 40)));
    }
    const broken = await workstation.inside(
      ['bash', '-c', `printf '\\xff%s\\xc0\\x80\\n' ${code} | pamtester sshd ${technician.account} authenticate`],
    );
    assert.notEqual(broken.status, 0);
    const exact = await pamtester('sshd', technician.account, ['authenticate'], `${code}\n`);
    assert.equal(exact.status, 0, exact.errors);
  });
});

describe('the service that asks', () => {
  /** Debian's common files under the name of a service, as that service's package would install it. */
  const install = (service: string, lines = '') =>
    workstation.must(['tee', `/etc/pam.d/${service}`], {
      input: `${lines}@include common-auth\n@include common-account\n@include common-session\n`,
    });

  for (const service of ['cron', 'atd', 'systemd-user'])
    test(`row 64: ${service} opens nothing by itself`, async () => {
      const { account } = people[0] ?? assert.fail();
      await install(service);
      for (const operations of [['acct_mgmt'], ['open_session'], ['authenticate'], ['acct_mgmt', 'open_session', 'close_session']]) {
        const refused = await pamtester(service, account, operations, '12345678\n');
        assert.notEqual(refused.status, 0, operations.join());
      }
    });

  test('row 64: sudo and polkit give nothing outside a session, not even for the right code', async () => {
    const technician = somebody();
    await install('polkit-1');
    const code = await codeOf(technician);
    for (const service of ['sudo', 'sudo-i', 'polkit-1']) {
      const refused = await pamtester(service, technician.account, ['authenticate', 'acct_mgmt'], `${code}\n`);
      assert.notEqual(refused.status, 0, service);
    }
    // They were refused before they were asked.
    assert.equal((await pamtester('sshd', technician.account, ['authenticate'], `${code}\n`)).status, 0);
  });

  test('row 65: a stack that names the module twice needs two codes, so one does not pass', async () => {
    const technician = somebody();
    await workstation.must(['tee', '/etc/pam.d/twice'], { input: 'auth required pam_doorward.so\nauth required pam_doorward.so\n' });
    const code = await codeOf(technician);
    assert.notEqual((await pamtester('twice', technician.account, ['authenticate'], `${code}\n${code}\n`)).status, 0);
  });

  test('row 65: an option that the module does not know refuses technicians and nobody else', async () => {
    const technician = somebody();
    await workstation.must(['tee', '/etc/pam.d/optioned'], {
      input: 'auth [success=done ignore=ignore default=die] pam_doorward.so use_first_pass nullok\nauth required pam_permit.so\n',
    });
    const code = await codeOf(technician);
    assert.notEqual((await pamtester('optioned', technician.account, ['authenticate'], `${code}\n`)).status, 0);
    assert.equal((await pamtester('optioned', 'local', ['authenticate'], '')).status, 0);
    // Never asked, so never spent.
    assert.equal((await pamtester('sshd', technician.account, ['authenticate'], `${code}\n`)).status, 0);
  });
});

describe('a module that changes the name', () => {
  const [rename = ''] = globSync('/usr/lib/*/pam_wrapper/pam_set_items.so');
  let technician: Technician;
  let other: Technician;
  /** With the name changed to `name` wherever the service has the renaming module. */
  const as = (name: string) => ['env', `PAM_USER=${name}`];
  before(async () => {
    technician = somebody();
    other = somebody();
    const common = ['auth', 'account', 'session'].map((type) => `@include common-${type}\n`).join('');
    await workstation.must(['tee', '/etc/pam.d/renamed'], { input: `auth required ${rename}\n${common}` });
    await workstation.must(['tee', '/etc/pam.d/renamed-later'], { input: `account required ${rename}\n${common}` });
  });

  test('row 65: before ours: only the one it names can prove who they are', async () => {
    const code = await codeOf(technician);
    const attempt = (account: string, name: string, typed: string) =>
      pamtester('renamed', account, ['authenticate', 'acct_mgmt'], `${typed}\n`, as(name));
    assert.notEqual((await attempt(technician.account, other.account, code)).status, 0);
    assert.notEqual((await attempt('local', technician.account, PASSWORD)).status, 0);
    assert.notEqual((await attempt(technician.account, 'local', code)).status, 0);
    assert.notEqual((await attempt(technician.account, 'root', code)).status, 0);
    assert.equal((await pamtester('sshd', technician.account, ['authenticate'], `${code}\n`)).status, 0);
  });

  test('row 65: before ours, at the real sshd: whoever proves to be somebody else gets no session as a technician', async () => {
    const stack = await workstation.must(['cat', '/etc/pam.d/sshd']);
    await workstation.must(['tee', '/etc/pam.d/sshd'], { input: `auth required ${rename}\n${stack}` });
    await workstation.must(['pkill', '-o', '-x', 'sshd']);
    await workstation.must([...as('local'), '/usr/sbin/sshd']);
    try {
      const refused = await workstation.ssh(technician.account, 'id -un', () => PASSWORD);
      assert.notEqual(refused.status, 0, refused.output);
      assert.equal(refused.output, '');
      assert.notDeepEqual(refused.prompts, []);
    } finally {
      await workstation.must(['tee', '/etc/pam.d/sshd'], { input: stack });
      await workstation.must(['pkill', '-o', '-x', 'sshd']);
      await workstation.must(['/usr/sbin/sshd']);
    }
  });

  test('row 65: after the authentication: what the code was typed for is not for somebody else', async () => {
    for (const name of [technician.account, 'local', 'root']) {
      const person = somebody();
      const refused = await pamtester('renamed-later', person.account, ['authenticate', 'acct_mgmt'], `${await codeOf(person)}\n`, as(name));
      assert.notEqual(refused.status, 0, name);
      assert.match(refused.output + refused.errors, /successfully authenticated/);
      await waitUntilLocked(workstation, person.account);
    }
  });
});

describe('an application that leaves steps out', () => {
  let technician: Technician;
  before(() => {
    technician = somebody();
  });

  test('row 66: credentials, an account or a session without authentication are refused', async () => {
    for (const operations of [['acct_mgmt'], ['open_session'], ['acct_mgmt', 'open_session'], ['setcred', 'open_session']]) {
      const refused = await pamtester('sshd', technician.account, operations, '');
      assert.notEqual(refused.status, 0, operations.join());
    }
    assert.equal((await workstation.inside(['grep', '-c', `^${technician.account}:`, '/etc/passwd'])).output.trim(), '0');
  });

  test('row 66: authentication alone gives nothing, and its grant is no good for another process', async () => {
    const code = await codeOf(technician);
    const proven = await pamtester('sshd', technician.account, ['authenticate', 'setcred'], `${code}\n`);
    assert.equal(proven.status, 0, proven.errors);
    assert.equal((await workstation.inside(['grep', '-c', `^${technician.account}:`, '/etc/passwd'])).output.trim(), '0');
    for (const operations of [['acct_mgmt'], ['open_session']]) {
      assert.notEqual((await pamtester('sshd', technician.account, operations, '')).status, 0, operations.join());
    }
  });
});

describe('the caller', () => {
  test('row 19: with too little memory a caller is refused without a crash, and with enough the code still counts', async () => {
    const technician = somebody();
    const code = await codeOf(technician);
    const attempt = (kilobytes: number, typed: string) =>
      workstation.inside(['bash', '-c', `prlimit --as=${kilobytes * 1024} pamtester sshd ${technician.account} authenticate; exit $?`], { input: typed });
    let asked = 0;
    let failedBefore = 0;
    for (let kilobytes = 2048; kilobytes <= 8192; kilobytes += 256) {
      const refused = await attempt(kilobytes, '');
      assert.ok(refused.status > 0 && refused.status < 128, `${kilobytes} KB: status ${refused.status} ${refused.errors}`);
      if (/Code for/.test(refused.output + refused.errors)) asked += 1;
      else failedBefore += 1;
    }
    assert.ok(asked > 0 && failedBefore > 0, `${asked} asked, ${failedBefore} failed before that`);
    assert.equal((await attempt(262_144, `${code}\n`)).status, 0);
  });

  test("row 70: a hostile environment changes nobody's sign-in", async () => {
    const technician = somebody();
    const code = await codeOf(technician);
    const hostile = [
      'LD_PRELOAD=/tmp/evil.so', 'LD_LIBRARY_PATH=/tmp', 'LD_AUDIT=/tmp/evil.so', 'http_proxy=http://127.0.0.1:9', 'https_proxy=http://127.0.0.1:9',
      'TZ=/tmp/evil', 'MALLOC_PERTURB_=1', 'SSL_CERT_FILE=/tmp/evil', 'SSL_CERT_DIR=/tmp', 'RES_OPTIONS=attempts:9', 'LOCALDOMAIN=evil',
      'DOORWARD_SOCKET=/tmp/evil.sock', 'DOORWARD_RUN_FOLDER=/tmp', 'DOORWARD_CONFIG=/tmp/evil.toml', 'NSS_WRAPPER_PASSWD=/tmp/evil',
      'PAM_USER=root', 'USER=root', 'LOGNAME=root', 'SUDO_ASKPASS=/bin/true',
    ];
    const attempt = (typed: string) =>
      workstation.inside(
        ['setpriv', '--reuid', 'local', '--regid', 'local', '--init-groups', 'env', ...hostile, 'expect', '-c', `
          set timeout 30
          spawn su - ${technician.account} -c {id -un; env}
          expect -re {Code for .*: }
          send "${typed}\\r"
          expect eof
          exit [lindex [wait] 3]`],
        { timeoutMs: 60_000 },
      );
    const wrong = await attempt(code === '00000000' ? '00000001' : '00000000');
    assert.notEqual(wrong.status, 0, wrong.output);
    const right = await attempt(code);
    assert.equal(right.status, 0, right.output);
    assert.match(right.output, new RegExp(`^${technician.account}\r?$`, 'm'));
    assert.doesNotMatch(right.output.split('Code for')[1] ?? '', /evil/);
    await waitUntilLocked(workstation, technician.account);
  });
});

