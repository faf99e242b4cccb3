// The portal killed at each step of a sign-in that a phone approves: no approval lets anybody in twice, what the portal
// has acknowledged it has, and the workstation's record arrives whole and once, whatever answer got lost.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Lab, type Technician } from '../../packaging/lab/lab.ts';
import { waitFor } from '../../packaging/lab/process.ts';
import type { Workstation } from '../../packaging/lab/workstation.ts';
import { killAt, strideOf } from './kill_points.ts';
import { BUILD, numberIn, waitUntilLocked } from './sign_ins.ts';
import { isUploaded, verifiedRecord } from './verified_record.ts';

let lab: Lab;
let workstation: Workstation;
let nik: Technician;
let cameIn = 0;

before(async () => {
  lab = await Lab.start({ build: BUILD, portalPort: 0, appPort: 0, mailboxPort: 0 });
  const tenant = await lab.addTenant('Customer-1');
  workstation = await lab.addWorkstation('w11-l', tenant);
  nik = (await lab.addTechnicians(tenant, ['nik']))[0] ?? assert.fail();
});

after(async () => {
  await lab?.stop();
});

/** True where the person came in. The phone says yes where it can. */
async function signIn(): Promise<boolean> {
  const result = await workstation.ssh(nik.account, 'id -un', async (prompt) => {
    await nik.phone.approveNext(numberIn(prompt), 10);
    return '';
  });
  if (result.output.trim() === nik.account) cameIn += 1;
  else assert.equal(result.output, '');
  return result.output !== '';
}

async function comeBack(): Promise<void> {
  await lab.portal.serve();
  await waitFor('the workstation reaches the portal', async () => (await workstation.inside(['doorward', 'sync'])).status === 0, 60_000);
  await waitFor('the workstation has handed over its record', () => isUploaded(workstation), 60_000);
}

test('rows 39, 40: at every step of an approved sign-in: what was acknowledged is there, and nothing twice (I1, I6)', async (context) => {
  const stride = strideOf(17);
  let kills = 0;
  for (let step = 1; ; step += stride) {
    const { at } = await killAt(lab.portal.pid, lab.folder, step, async () => {
      await signIn();
      await waitUntilLocked(workstation, nik.account);
      // Where the portal lives, the session's end arrives, too.
      await waitFor('the portal has died, or all has arrived', async () => !lab.portal.isServing || (await isUploaded(workstation)), 30_000);
    });
    if (at === undefined) break;
    kills += 1;
    // The store is whole, also for the console's check.
    await lab.portal.command(['check']);
    await comeBack();
    assert.equal(await signIn(), true, `after a kill at step ${step}, ${at}`);
    await waitUntilLocked(workstation, nik.account);
  }
  context.diagnostic(`${kills} kills`);
  assert.ok(kills > 2);

  const events = await verifiedRecord(lab, workstation);
  const successes = events.filter(({ kind, outcome }) => kind === 'sign_in_online' && outcome === 'success');
  assert.equal(successes.length, cameIn);
  const requests = successes.map(({ request_id }) => request_id);
  assert.equal(new Set(requests).size, requests.length, 'one approval let somebody in twice');
});
