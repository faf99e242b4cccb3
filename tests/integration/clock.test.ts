// A workstation whose clock is wrong: what the prompt asks, what the phone answers, and what no longer works. The
// agent's clock is set while it runs; everything else is real.
import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { Lab, type Technician } from '../../packaging/lab/lab.ts';
import { waitFor } from '../../packaging/lab/process.ts';
import type { Workstation } from '../../packaging/lab/workstation.ts';
import * as signIns from './sign_ins.ts';
import { BUILD, ONLINE_PROMPT, OFFLINE_PROMPT, questionIn, waitUntilLocked } from './sign_ins.ts';

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;
const YEAR = 365 * DAY;

let lab: Lab;
let workstation: Workstation;
let people: Technician[];

const somebody = (): Technician => people.pop() ?? assert.fail('more technicians are needed');
const codeOf = async (technician: Technician): Promise<string> => (await technician.phone.code(workstation.name)).code;
const answerTo = (technician: Technician, prompt: string): Promise<string> =>
  technician.phone.answer(workstation.name, questionIn(prompt));

/** The prompts that came, and whether a session did. */
async function signIn(technician: Technician, ...answers: ((prompt: string) => Promise<string> | string)[]) {
  let trouble: unknown;
  const result = await workstation.ssh(technician.account, 'id -un; sudo -n id -u', async (prompt, count) => {
    try {
      const answer = answers[count - 1] ?? assert.fail(`one prompt too many: ${prompt}`);
      return await answer(prompt);
    } catch (error) {
      trouble = error;
      return '';
    }
  });
  if (trouble !== undefined) throw trouble;
  const isSignedIn = result.output.trim() === `${technician.account}\n0`;
  if (isSignedIn) await waitUntilLocked(workstation, technician.account);
  else assert.equal(result.output, '');
  return { ...result, isSignedIn };
}

const byCode = async (technician: Technician, code: string) =>
  (await signIn(technician, (prompt) => (assert.match(prompt, OFFLINE_PROMPT), code))).isSignedIn;

async function status(): Promise<{ clock_trusted: boolean; clock_drift_ms: number | null; portal: string }> {
  return JSON.parse(await workstation.must(['doorward', 'status', '--json'])) as Awaited<ReturnType<typeof status>>;
}

before(async () => {
  lab = await Lab.start({ build: BUILD, portalPort: 0, appPort: 0, mailboxPort: 0 });
  const tenant = await lab.addTenant('Customer-1');
  workstation = await lab.addWorkstation('w11-l', tenant);
  people = await lab.addTechnicians(tenant, ['ada', 'bea', 'cem', 'dan', 'eve', 'fay', 'gil', 'hal', 'ida', 'jon', 'kim', 'lea']);
  await workstation.must(['useradd', '-m', '-s', '/bin/bash', 'local']);
  await workstation.setClock(0);
  await signIns.waitUntilAgentAnswers(workstation);
  await lab.waitUntilUpToDate(workstation.name);
});

after(async () => {
  await lab?.stop();
});

describe('with the portal', () => {
  afterEach(() => workstation.setClock(0));

  test('? at the prompt is answered by a question, and the answer opens a session', async () => {
    const technician = somebody();
    const { isSignedIn, prompts, errors } = await signIn(
      technician,
      (prompt) => (assert.match(prompt, ONLINE_PROMPT), '?'),
      (prompt) => answerTo(technician, prompt),
    );
    assert.ok(isSignedIn, `${prompts.join()} ${errors}`);
    assert.match(prompts[1] ?? '', /Question for w11-l·[0-9a-z]{2}: \d{4} \d{4}\. Answer: ?$/);
  });

  test('how far the clock is off is said on the workstation and in the portal', async () => {
    const near = (milliseconds: number | null | undefined, seconds: number) =>
      typeof milliseconds === 'number' && Math.abs(milliseconds - seconds * 1000) < 30_000;
    assert.ok(near((await status()).clock_drift_ms, 0));
    await workstation.setClock(-2 * DAY);
    const said = await status();
    assert.ok(near(said.clock_drift_ms, -2 * DAY), `${said.clock_drift_ms}`);
    assert.equal(said.clock_trusted, false);
    // The portal is told at the next connection.
    await signIns.bringBack(lab, workstation);
    await waitFor('the portal knows', async () => near((await lab.device(workstation.name))?.clock_drift_ms, -2 * DAY));
  });
});

describe('without the portal', () => {
  before(async () => {
    await workstation.severPortal();
    await waitFor('the agent misses the portal', async () => (await status()).portal !== 'up');
  });
  afterEach(() => workstation.setClock(0));
  const expect = (script: string) => workstation.inside(['expect', '-c', script], { timeoutMs: 90_000 });

  test('row 22: a year back: the prompt asks by itself, over ssh the answer opens a session, once', async () => {
    const technician = somebody();
    await workstation.setClock(-YEAR);
    let answer = '';
    const first = await signIn(technician, async (prompt) => {
      assert.match(prompt, /Clock not trusted\. Question for w11-l·[0-9a-z]{2}: \d{4} \d{4}\. Answer: ?$/);
      answer = await answerTo(technician, prompt);
      return answer;
    });
    assert.ok(first.isSignedIn, first.errors);
    assert.equal((await signIn(technician, () => answer)).isSignedIn, false);
  });

  test('row 22: a year back and a restart of the agent: a code that was noted before is no answer', async () => {
    const technician = somebody();
    const code = await codeOf(technician);
    await workstation.setClock(-YEAR);
    await workstation.restart('agent');
    await signIns.waitUntilAgentAnswers(workstation);
    assert.equal((await signIn(technician, (prompt) => (assert.notEqual(questionIn(prompt), ''), code))).isSignedIn, false);
  });

  test('? at the console, where the answer is typed at login', async () => {
    const technician = somebody();
    const { phone, account } = technician;
    const script = `
      log_user 1
      set timeout 60
      spawn login ${account}
      expect -re {Code for .*: }
      send "?\\r"
      expect -re {: (\\d{4}) (\\d{4})\\. Answer: }
      set answer [exec ANSWER $expect_out(1,string)$expect_out(2,string)]
      send "$answer\\r"
      expect -re {\\$ }
      send "id -un; sudo -n id -u; exit\\r"
      expect eof`;
    const result = await expectWithPhone(technician, script);
    assert.match(result, new RegExp(`${account}\\r?\\n0\\r?\\n`), phone.folder);
    await waitUntilLocked(workstation, account);
  });

  test('su asks by itself where the clock was set back', async () => {
    const technician = somebody();
    await workstation.setClock(-DAY);
    const script = `
      set timeout 60
      spawn setpriv --reuid local --regid local --clear-groups su - ${technician.account}
      expect -re {Clock not trusted.*: (\\d{4}) (\\d{4})\\. Answer: }
      set answer [exec ANSWER $expect_out(1,string)$expect_out(2,string)]
      send "$answer\\r"
      expect -re {\\$ }
      send "id -un; exit\\r"
      expect eof`;
    assert.match(await expectWithPhone(technician, script), new RegExp(`${technician.account}\\r?\\n`));
    await waitUntilLocked(workstation, technician.account);
  });

  /** The phone runs outside; ANSWER in the script is a program inside that waits for what it says. */
  async function expectWithPhone(technician: Technician, script: string): Promise<string> {
    await workstation.must(['sh', '-c', 'rm -f /run/question /run/answer && mkfifo /run/question /run/answer && printf \'#!/bin/sh\\necho "$1" >/run/question\\ncat /run/answer\\n\' >/run/ask-phone && chmod +x /run/ask-phone']);
    const said = expect(script.replaceAll('ANSWER', '/run/ask-phone'));
    const question = (await workstation.must(['cat', '/run/question'], { timeoutMs: 60_000 })).trim();
    const answer = await technician.phone.answer(workstation.name, question);
    await workstation.must(['sh', '-c', 'cat >/run/answer'], { input: answer });
    return (await said).output;
  }

  test('row 20: a clock half a minute off to either side takes the code, once', async () => {
    for (const off of [-28, 28]) {
      const technician = somebody();
      await workstation.setClock(off);
      const code = await codeOf(technician);
      assert.equal(await byCode(technician, code), true, `${off} s`);
      assert.equal(await byCode(technician, code), false, `${off} s`);
    }
  });

  test('row 21: ten minutes back after a sign-in: the code of before does not work again', async () => {
    const technician = somebody();
    const code = await codeOf(technician);
    assert.equal(await byCode(technician, code), true);
    await workstation.setClock(-10 * MINUTE);
    assert.equal((await signIn(technician, (prompt) => (assert.notEqual(questionIn(prompt), ''), code))).isSignedIn, false);
    await workstation.setClock(0);
    assert.equal(await byCode(technician, code), false);
  });

  test('row 27: with clocks from 1970 to 2200 the agent refuses and goes on, and is as before when the clock is right', async () => {
    const technician = somebody();
    const now = Date.now() / 1000;
    for (const wanted of ['1970-01-01T00:00:20Z', '2038-01-19T03:14:07Z', '2106-02-07T06:28:16Z', '2200-01-01T00:00:00Z']) {
      await workstation.setClock(Math.round(Date.parse(wanted) / 1000 - now));
      assert.equal((await status()).clock_trusted, false, wanted);
      assert.equal((await signIn(technician, () => '12345678')).isSignedIn, false, wanted);
    }
    await workstation.setClock(0);
    // As many wrong tries are free.
    assert.equal(await byCode(technician, await codeOf(technician)), true);
  });

  test('row 25: after the horizon neither a code nor an answer works, and a clock that was only wrong is as before', async () => {
    const technician = somebody();
    await workstation.setClock(15 * DAY);
    const answers = [(prompt: string) => (assert.match(prompt, OFFLINE_PROMPT), '?'), (prompt: string) => answerTo(technician, prompt)];
    assert.equal((await signIn(technician, ...answers)).isSignedIn, false);
    await workstation.setClock(0);
    assert.equal(await byCode(technician, await codeOf(technician)), true);
  });
});

describe('when the portal is back', () => {
  test('row 23: a code taken ten days ahead of time leaves a doubted clock, and the portal mends it', async () => {
    const technician = somebody();
    await workstation.setClock(10 * DAY);
    // What happens under a clock between floor and horizon counts as having happened.
    assert.equal((await workstation.inside(['pamtester', 'sshd', technician.account, 'authenticate'], { input: '12ab\n' })).status === 0, false);
    await workstation.setClock(0);
    assert.equal((await status()).clock_trusted, false);
    await signIns.bringBack(lab, workstation);
    assert.equal((await status()).clock_trusted, true);
    await workstation.severPortal();
    await waitFor('the agent misses the portal', async () => (await status()).portal !== 'up');
    assert.equal(await byCode(technician, await codeOf(technician)), true);
    await signIns.bringBack(lab, workstation);
  });

  test('the record says how each came in, and under what clock', async () => {
    const answered = (await lab.auditEvents()).filter((event) => event.kind === 'sign_in_offline' && event.reason === 'by_question');
    assert.ok(answered.length >= 4, `${answered.length}`);
    assert.ok(answered.every((event) => event.outcome === 'success' && event.device?.name === 'w11-l'));
    assert.ok(answered.some((event) => !event.clock_trusted) && answered.some((event) => event.clock_trusted));
  });
});
