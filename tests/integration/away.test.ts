// Rows 37, 38, 41 and 51 of the fault matrix: workstations that are away, come and go, and come back late.
import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Lab, selfSigned, type Technician } from '../../packaging/lab/lab.ts';
import { waitFor, type Finished } from '../../packaging/lab/process.ts';
import type { Workstation } from '../../packaging/lab/workstation.ts';
import { agentStatus, bringBack, BUILD, waitUntilAgentAnswers, waitUntilLocked } from './sign_ins.ts';
import { verifiedRecord } from './verified_record.ts';

const FLAPPING_SECONDS = process.env['DOORWARD_LONG'] !== undefined ? 3_600 : process.env['DOORWARD_EVERY_STEP'] !== undefined ? 120 : 30;

let lab: Lab;
let workstation: Workstation;
let people: Technician[];

const somebody = (): Technician => people.pop() ?? assert.fail('more technicians are needed');
const codeOf = async (technician: Technician): Promise<string> => (await technician.phone.code(workstation.name)).code;

function atTheConsole(account: string, code: string): Promise<Finished> {
  return workstation.inside(['pamtester', 'login', account, 'authenticate', 'acct_mgmt', 'open_session', 'close_session'], { input: `${code}\n` });
}

const isAway = (): Promise<void> => waitFor('the agent knows that it is away', async () => (await agentStatus(workstation)).portal !== 'up', 120_000);

before(async () => {
  lab = await Lab.start({ build: BUILD, portalPort: 0, appPort: 0, mailboxPort: 0 });
  const tenant = await lab.addTenant('Customer-1');
  workstation = await lab.addWorkstation('w11-l', tenant);
  people = await lab.addTechnicians(tenant, ['ada', 'bea', 'cem', 'dan', 'eve', 'fay']);
});

after(async () => {
  await lab?.stop();
});

test('row 38: started without any network, the first sign-in at once is by a code', async () => {
  await workstation.cut();
  try {
    const technician = somebody();
    const code = await codeOf(technician);
    await workstation.must(['pkill', '-KILL', '-x', 'doorward-agent']);
    await workstation.inside(['pkill', '-KILL', '-x', 'doorward-link']);
    await workstation.restart('agent');
    await workstation.restart('link');
    const started = performance.now();
    await waitUntilAgentAnswers(workstation);
    const result = await atTheConsole(technician.account, code);
    assert.equal(result.status, 0, result.errors);
    assert.match(result.output + result.errors, /Offline\. Code for/);
    assert.ok(performance.now() - started < 20_000);
    await waitUntilLocked(workstation, technician.account);
  } finally {
    await workstation.join();
  }
  await bringBack(lab, workstation);
});

test('row 41: put out while the workstation is away: the portal says where, a code still works there, and none after the first contact', async () => {
  const technician = somebody();
  await workstation.severPortal();
  await waitFor('the portal misses the workstation', async () => (await lab.device(workstation.name))?.connected === false);
  await isAway();
  const code = await codeOf(technician);
  await lab.administrator.call('POST', `/technicians/${technician.id}/disable`, { reason: 'left the company' });
  const device = await lab.device(workstation.name);
  assert.equal(device?.up_to_date, false);
  assert.equal((await atTheConsole(technician.account, code)).status, 0);
  await waitUntilLocked(workstation, technician.account);
  await bringBack(lab, workstation);
  await workstation.severPortal();
  await isAway();
  const late = (await technician.phone.code(workstation.name, 'any').catch(() => ({ code: '12345678' }))).code;
  assert.notEqual((await atTheConsole(technician.account, late)).status, 0);
  await bringBack(lab, workstation);
});

test("row 51: the portal has another certificate, of an authority nobody knows, when the workstation comes back: its signature counts", async () => {
  const config = readFileSync(lab.portal.configFile, 'utf8');
  await workstation.severPortal();
  await isAway();
  await lab.portal.stop();
  const other = join(lab.portal.keysFolder, 'other');
  selfSigned(other, 'app.localhost');
  chmodSync(`${other}.key`, 0o600);
  const keys = lab.portal.keysFolder;
  const changed = config.replace(join(keys, 'app-host.pem'), `${other}.crt`).replace(join(keys, 'app-host.key'), `${other}.key`);
  assert.notEqual(changed, config);
  writeFileSync(lab.portal.configFile, changed);
  try {
    await lab.portal.serve();
    await bringBack(lab, workstation);
    assert.equal((await agentStatus(workstation)).portal, 'up');
  } finally {
    writeFileSync(lab.portal.configFile, config);
    await lab.portal.stop();
    await lab.portal.serve();
  }
});

test('row 37: the link comes and goes every five seconds: sign-ins go on, nothing is recorded twice, and it is online at the end', async (context) => {
  const [technician, other] = [somebody(), somebody()];
  const until = performance.now() + FLAPPING_SECONDS * 1000;
  let rounds = 0;
  let signedIn = 0;
  while (performance.now() < until) {
    await workstation.cut();
    const code = await codeOf(rounds % 2 === 0 ? technician : other);
    const { account } = rounds % 2 === 0 ? technician : other;
    const result = await atTheConsole(account, code);
    assert.equal(result.status, 0, result.errors);
    signedIn += 1;
    await waitUntilLocked(workstation, account);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    await workstation.join();
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    rounds += 1;
  }
  await waitFor('the workstation is online', async () => (await workstation.inside(['doorward', 'sync'])).status === 0, 120_000);
  const successes = (await verifiedRecord(lab, workstation)).filter(({ kind, outcome }) => kind === 'sign_in_offline' && outcome === 'success');
  assert.equal(successes.length, signedIn + 2, 'with the two of before');
  context.diagnostic(`${rounds} rounds, ${signedIn} sign-ins`);
});
