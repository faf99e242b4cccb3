// The agent killed at each step of a sign-in, and of a roster that ends a session: whatever that leaves, at the next start
// the account is locked, no code counts twice, and the record says each sign-in once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Lab, type Technician } from '../../packaging/lab/lab.ts';
import { waitFor, type Finished } from '../../packaging/lab/process.ts';
import type { Workstation } from '../../packaging/lab/workstation.ts';
import { killAgentAt, strideOf } from './kill_points.ts';
import { bringBack, BUILD, refillTries, startAgent, waitUntilLocked, waitUntilOpen } from './sign_ins.ts';
import { verifiedRecord } from './verified_record.ts';

let lab: Lab;
let tenant: string;
let workstation: Workstation;
let people: Technician[];
/** By technician: how many codes of theirs were accepted. */
const accepted = new Map<string, number>();
/** Codes that were used without anybody hearing of it. */
let neverHeardOf = 0;

const countAccepted = (technician: Technician): unknown => accepted.set(technician.id, (accepted.get(technician.id) ?? 0) + 1);

before(async () => {
  lab = await Lab.start({ build: BUILD, portalPort: 0, appPort: 0, mailboxPort: 0 });
  tenant = await lab.addTenant('Customer-1');
  workstation = await lab.addWorkstation('w11-l', tenant);
  people = await lab.addTechnicians(tenant, ['ada', 'bea', 'cem', 'dan', 'eve', 'fay', 'gil', 'hal', 'ida', 'jon', 'kim', 'lea']);
});

after(async () => {
  await lab?.stop();
});

/** As a program does it that signs somebody in, shows them a session and ends it. */
function wholeSignIn(account: string, code: string): Promise<Finished> {
  return workstation.inside(['pamtester', 'sshd', account, 'authenticate', 'acct_mgmt', 'open_session', 'close_session'], { input: `${code}\n` });
}

function reached({ output, errors }: Finished): 'nothing' | 'authenticated' | 'account' | 'session' {
  const said = output + errors;
  if (/opened a session/.test(said)) return 'session';
  if (/account management done/.test(said)) return 'account';
  return /successfully authenticated/.test(said) ? 'authenticated' : 'nothing';
}

/** I3: the account is in a state that the agent knows, and no half user. (A group that its user never joined is none.) */
async function isInOrder(account: string, when: string): Promise<void> {
  await waitUntilLocked(workstation, account);
  assert.equal((await workstation.must(['doorward', 'sessions', '--json'])).trim(), '[]', when);
  const { output } = await workstation.inside(['grep', '-l', `^${account}:`, '/etc/passwd', '/etc/shadow', '/etc/group']);
  const files = output.trim().split('\n').filter((file) => file !== '' && file !== '/etc/group');
  assert.ok(files.length === 0 || (files.length === 2 && output.includes('/etc/group')), `${when}: ${output}`);
}

test('rows 1, 2, 3, 5, 6: at every step of a sign-in by code, from the prompt to the end of the session (I1, I2, I3)', async (context) => {
  await workstation.severPortal();
  await waitFor('the portal misses the workstation', async () => (await lab.device(workstation.name))?.connected === false);
  const seen = new Map<string, number>();
  const stride = strideOf(13);
  let round = 0;
  for (let step = 1; ; step += stride) {
    const technician = people[round % people.length] ?? assert.fail();
    round += 1;
    const { code } = await technician.phone.code(workstation.name);
    const tried = await killAgentAt(workstation, lab.folder, step, () => wholeSignIn(technician.account, code));
    const stage = reached(tried.value);
    if (tried.at === undefined) {
      assert.equal(tried.value.status, 0, `${tried.value.output} ${tried.value.errors}`);
      countAccepted(technician);
      break;
    }
    const when = `step ${step}, ${tried.at}, reached ${stage}`;
    // Once the last answer was given, what is left to do is for nobody who waits.
    assert.ok(tried.value.status !== 0 || stage === 'session', when);
    await startAgent(workstation);
    await isInOrder(technician.account, when);
    const again = await wholeSignIn(technician.account, code);
    const isAcceptedNow = reached(again) !== 'nothing';
    // I1 and I2: what was accepted once, and said so, was durable before it was said.
    assert.ok(!(stage !== 'nothing' && isAcceptedNow), `${when}: the code counted twice`);
    if (isAcceptedNow) assert.equal(again.status, 0, `${when}: ${again.errors}`);
    await isInOrder(technician.account, `${when}, after the second try`);
    countAccepted(technician);
    const outcome = stage !== 'nothing' ? stage : isAcceptedNow ? 'still good' : 'used, not delivered';
    seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
    if (outcome === 'used, not delivered') neverHeardOf += 1;
    if (round % 40 === 0) await refillTries(workstation);
  }
  context.diagnostic(`${round - 1} kills: ${[...seen].map(([outcome, times]) => `${times} ${outcome}`).join(', ')}`);
  assert.ok(round > 5);
  // Each of the rows has been met.
  if (stride === 1) assert.deepEqual([...seen.keys()].sort(), ['account', 'authenticated', 'session', 'still good', 'used, not delivered']);
});

test('row 10: at every step of a roster that ends a session: nobody is an administrator afterwards, and the roster counts (I3)', async (context) => {
  await bringBack(lab, workstation);
  const stride = strideOf(11);
  let kills = 0;
  for (let step = 1; ; step += stride) {
    const technician = people[kills % people.length] ?? assert.fail();
    const { code } = await technician.phone.code(workstation.name);
    const session = workstation.ssh(technician.account, 'sleep 60; echo still here', () => code);
    await waitUntilOpen(workstation, technician.account);
    countAccepted(technician);
    const agent = (await workstation.must(['pgrep', '-o', '-x', 'doorward-agent'])).trim();
    const isAlive = async (): Promise<boolean> => (await workstation.inside(['test', '-d', `/proc/${agent}`])).status === 0;
    const { at } = await killAgentAt(workstation, lab.folder, step, async () => {
      await lab.administrator.call('POST', `/technicians/${technician.id}/disable`, { reason: 'left the company' });
      await waitFor('the session has ended, or the agent', async () => {
        const sessions = await workstation.inside(['doorward', 'sessions', '--json']);
        return (sessions.output.trim() === '[]' && (await lab.device(workstation.name))?.up_to_date === true) || !(await isAlive());
      }, 30_000);
    });
    if (at !== undefined) await startAgent(workstation);
    await bringBack(lab, workstation);
    await isInOrder(technician.account, `step ${step}, ${at}`);
    assert.doesNotMatch((await session).output, /still here/);
    assert.notEqual((await wholeSignIn(technician.account, '12345678')).status, 0);
    await lab.administrator.call('POST', `/technicians/${technician.id}/enable`, {});
    await lab.waitUntilUpToDate(workstation.name);
    if (at === undefined) break;
    kills += 1;
  }
  context.diagnostic(`${kills} kills`);
  assert.ok(kills > 2);
});

test('row 3: every accepted code is on record once, and what became of it, also where its answer never arrived, in a log that verifies (I6)', async () => {
  await bringBack(lab, workstation);
  const events = await verifiedRecord(lab, workstation);
  let notCompleted = 0;
  for (const { id, username } of people) {
    const theirs = events.filter((event) => event.technician_id === id);
    const successes = theirs.filter((event) => event.kind.startsWith('sign_in_') && event.outcome === 'success');
    assert.equal(successes.length, accepted.get(id) ?? 0, username);
    // Each became a session, or it is said that it did not.
    const sessions = theirs.filter((event) => event.kind === 'session_opened').length;
    const others = theirs.filter((event) => event.kind.startsWith('sign_in_') && event.reason === 'not_completed').length;
    assert.equal(sessions + others, successes.length, `${username}: ${sessions} sessions, ${others} not completed`);
    notCompleted += others;
  }
  assert.ok(notCompleted >= neverHeardOf, `${notCompleted} not completed, ${neverHeardOf} whose answer never arrived`);
});
