// Rows 53 and 54 of the fault matrix: one code in many places at the same moment.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Lab, type Technician } from '../../packaging/lab/lab.ts';
import { waitFor } from '../../packaging/lab/process.ts';
import type { Workstation } from '../../packaging/lab/workstation.ts';
import { BUILD, refillTries } from './sign_ins.ts';

const PLACES = 200;
const ROUNDS = process.env['DOORWARD_LONG'] !== undefined ? 1_000 : process.env['DOORWARD_EVERY_STEP'] !== undefined ? 20 : 3;
/** Each has a new code every half a minute, and may come in fifty times without the portal. */
const PEOPLE = ROUNDS > 100 ? 40 : 6;

let lab: Lab;
let workstation: Workstation;
let people: Technician[];

const codeOf = async (technician: Technician): Promise<string> => (await technician.phone.code(workstation.name)).code;

async function crowd(services: readonly string[], technician: Technician, code: string, places: number): Promise<number> {
  const counts = await Promise.all(services.map((service) =>
    workstation.must(['/run/crowd', service, technician.account, String(places)], { input: `${code}\n`, timeoutMs: 120_000 })));
  return counts.reduce((sum, count) => sum + Number(count), 0);
}

before(async () => {
  lab = await Lab.start({ build: BUILD, portalPort: 0, appPort: 0, mailboxPort: 0 });
  const tenant = await lab.addTenant('Customer-1');
  workstation = await lab.addWorkstation('w11-l', tenant);
  people = await lab.addTechnicians(tenant, Array.from({ length: PEOPLE }, (_, number) => `t${String.fromCharCode(97 + Math.floor(number / 26), 97 + (number % 26))}`));
  await workstation.severPortal();
  await waitFor('the portal misses the workstation', async () => (await lab.device(workstation.name))?.connected === false);
});

after(async () => {
  await lab?.stop();
});

test('row 53: one code in 200 PAM sessions at once, round after round: exactly one comes in (I1)', async (context) => {
  for (let round = 0; round < ROUNDS; round += 1) {
    const technician = people[round % people.length] ?? assert.fail();
    assert.equal(await crowd(['sshd'], technician, await codeOf(technician), PLACES), 1, `round ${round}`);
    // The others of a round are wrong codes, of which a workstation allows a hundred in eight hours.
    if (round % 10 === 9) await refillTries(workstation);
    // It takes an hour, and somebody may be watching.
    if (round % 50 === 49) console.error(`${round + 1} rounds`);
  }
  context.diagnostic(`${ROUNDS} rounds of ${PLACES}`);
});

test('row 54: one code through two services at once: exactly one comes in (I1)', async () => {
  await refillTries(workstation);
  for (const technician of people.slice(0, 4)) {
    assert.equal(await crowd(['sshd', 'login'], technician, await codeOf(technician), 20), 1);
  }
});
