// revocation: how long after the click that disables a technician a connected workstation refuses them, with everything
// real: portal, TLS, link, agent, and a sign-in that is tried. Run by run.sh; writes build/bench/revocation.json.
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Lab, type Technician } from '../../packaging/lab/lab.ts';
import type { Workstation } from '../../packaging/lab/workstation.ts';
import { agentStatus, BUILD } from '../integration/sign_ins.ts';

const passSeconds = 1;
const leavers = ['ada', 'bob', 'cem', 'dan', 'eva'];
const benchFolder = process.env['DOORWARD_BENCH_FOLDER'] ?? join(import.meta.dirname, '../../build/bench');

async function secondsUntilRefused(lab: Lab, workstation: Workstation, technician: Technician): Promise<number> {
  const { code } = await technician.phone.code(workstation.name);
  const { revision } = await agentStatus(workstation);
  const clicked = performance.now();
  await lab.administrator.call('POST', `/technicians/${technician.id}/disable`, { reason: 'left' });
  let applied = revision;
  // A roster is applied as a whole, and every decision from then on is by it.
  while (applied === revision) applied = (await agentStatus(workstation)).revision;
  const seconds = (performance.now() - clicked) / 1000;
  const tried = await workstation.ssh(technician.account, 'true', () => code);
  assert.notEqual(tried.status, 0, 'a disabled technician came in');
  return seconds;
}

async function measure(): Promise<number[]> {
  const lab = await Lab.start({ build: BUILD, portalPort: 0, appPort: 0, mailboxPort: 0 });
  try {
    const tenant = await lab.addTenant('Northwind');
    const workstation = await lab.addWorkstation('w11-l', tenant);
    const seconds: number[] = [];
    for (const technician of await lab.addTechnicians(tenant, leavers)) {
      seconds.push(await secondsUntilRefused(lab, workstation, technician));
    }
    return seconds;
  } finally {
    await lab.stop();
  }
}

const seconds = await measure();
const value = Math.max(...seconds);
mkdirSync(benchFolder, { recursive: true });
writeFileSync(join(benchFolder, 'revocation.json'), `${JSON.stringify({ name: 'revocation', value, unit: 's', pass: passSeconds, rounds: seconds })}\n`);
console.log(`revocation ${value.toFixed(3)} (pass <= ${passSeconds})`);
process.exit(value <= passSeconds ? 0 : 1);
