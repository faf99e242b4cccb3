// Rows 29, 34 and 46 of the fault matrix, with real workstations: two of them with one identity, one that went back in
// time, and one whose key moves.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Lab, type Technician } from '../../packaging/lab/lab.ts';
import { waitFor } from '../../packaging/lab/process.ts';
import type { Workstation } from '../../packaging/lab/workstation.ts';
import { BUILD, bringBack, isLocked, signInOnline, waitUntilAgentAnswers } from './sign_ins.ts';

// What a copy of the disk holds of Doorward.
const PLACES = 'var/lib/doorward/agent etc/doorward/keys';

let lab: Lab;
let original: Workstation;
let other: Workstation;
let nik: Technician;

before(async () => {
  lab = await Lab.start({ build: BUILD, portalPort: 0, appPort: 0, mailboxPort: 0 });
  const tenant = await lab.addTenant('Customer-1');
  original = await lab.addWorkstation('w11-l', tenant);
  nik = (await lab.addTechnicians(tenant, ['nik']))[0] ?? assert.fail('no technician');
  other = await lab.startWorkstation('w11-m');
});

after(async () => {
  await lab?.stop();
});

const copyOf = (workstation: Workstation): Promise<string> =>
  workstation.must(['sh', '-c', `tar -C / -cf - ${PLACES} | base64 -w 0`]);

async function endAgent(workstation: Workstation): Promise<void> {
  await workstation.must(['pkill', '-KILL', '-x', 'doorward-agent']);
  await waitFor('the agent is gone', async () => (await workstation.inside(['pgrep', '-x', 'doorward-agent'])).status !== 0);
}

/** In place of what is there, as if the disk had been put in, and then switched on. */
async function startFrom(workstation: Workstation, copy: string): Promise<void> {
  await endAgent(workstation);
  await workstation.must(['sh', '-c', `cd / && rm -rf ${PLACES} && base64 -d | tar -xf -`], { input: copy });
  await workstation.restart('agent');
}

const quarantineOf = async (workstation: Workstation): Promise<string | null> => {
  const status = await workstation.inside(['doorward', 'status', '--json']);
  return (JSON.parse(status.output || '{}') as { quarantine?: string | null }).quarantine ?? null;
};

async function waitUntilQuarantined(workstation: Workstation, reason: string): Promise<void> {
  await waitFor(`${workstation.name} knows that it is in quarantine`, async () => {
    await workstation.inside(['doorward', 'sync']);
    return (await quarantineOf(workstation)) === reason;
  }, 120_000);
}

async function assertOff(workstation: Workstation): Promise<void> {
  const synced = await workstation.inside(['doorward', 'sync']);
  assert.equal(synced.status, 5, synced.errors);
  assert.match(synced.errors, /quarantine/);
  const { code } = await nik.phone.code('w11-l');
  const tried = await workstation.ssh(nik.account, 'id -un', (prompt) => {
    assert.match(prompt, /In quarantine/);
    return code;
  });
  assert.notEqual(tried.status, 0);
  assert.ok(await isLocked(workstation, nik.account));
}

async function release(): Promise<void> {
  const device = await lab.device('w11-l');
  const { change } = await lab.administrator.call<{ change: { state: string } }>('POST', `/devices/${device?.id}/resume`);
  assert.equal(change.state, 'applied_alone');
  assert.equal((await lab.device('w11-l'))?.state, 'active');
}

test('row 46: two workstations with one disk are both quarantined, and the one that stays is released', async () => {
  await startFrom(other, await copyOf(original));
  await waitFor('the portal has seen both', async () => {
    await other.inside(['doorward', 'sync']);
    await original.inside(['doorward', 'sync']);
    return (await lab.device('w11-l'))?.state === 'quarantined';
  }, 120_000);
  // Whichever came second; where the copy had seen less it looks like one that was put back.
  const reason = (await lab.device('w11-l'))?.quarantine_reason ?? '';
  assert.match(reason, /^(rolled_back|second_machine)$/);
  await waitUntilQuarantined(original, reason);
  await waitUntilQuarantined(other, reason);
  await assertOff(original);
  await assertOff(other);
  assert.equal((await lab.auditEvents('&kind=device_quarantined')).length, 1);

  await endAgent(other);
  await release();
  await bringBack(lab, original);
  assert.equal(await quarantineOf(original), null);
  const signedIn = await signInOnline(original, nik, 'id -un');
  assert.equal(signedIn.output.trim(), nik.account, signedIn.errors);
});

test('row 29: a workstation that went back in time with all it knew is quarantined, and its log goes on', async () => {
  const earlier = await copyOf(original);
  const signedIn = await signInOnline(original, nik, 'id -un');
  assert.equal(signedIn.output.trim(), nik.account, signedIn.errors);
  const openings = async (): Promise<number> => (await lab.auditEvents('&kind=session_closed')).length;
  const before = await openings();
  await waitFor('the portal has heard of the session', async () => (await openings()) >= before && before > 0);
  await startFrom(original, earlier);
  await waitUntilAgentAnswers(original);
  await waitFor('the portal has seen it', async () => {
    await original.inside(['doorward', 'sync']);
    return (await lab.device('w11-l'))?.state === 'quarantined';
  }, 120_000);
  const reason = (await lab.device('w11-l'))?.quarantine_reason ?? '';
  assert.match(reason, /^(rolled_back|second_machine)$/);
  await waitUntilQuarantined(original, reason);
  await assertOff(original);

  await release();
  await bringBack(lab, original);
  const again = await signInOnline(original, nik, 'id -un');
  assert.equal(again.output.trim(), nik.account, again.errors);
  // What it lived through in quarantine and after has arrived behind what was lost.
  await waitFor('the log goes on', async () => {
    const { audit_events, audit_uploaded } = JSON.parse(await original.must(['doorward', 'diag', '--json'])) as Record<string, number>;
    return audit_events !== undefined && audit_events === audit_uploaded;
  });
  assert.ok((await lab.auditEvents('&kind=store')).some((event) => event.reason === 'chain_continued'));
  assert.equal((await lab.device('w11-l'))?.state, 'active');
});

test('row 34: the key moves by command, and a recovery code brings it back', async () => {
  const moved = await original.inside(['doorward', 'keys', 'move', 'systemd-creds']);
  assert.equal(moved.status, 2, moved.errors);
  const done = await original.inside(['doorward', 'keys', 'move', 'systemd-creds', '--recovery-file', '/root/recovery', '--json']);
  assert.equal(done.status, 0, done.errors);
  assert.equal((JSON.parse(done.output) as { place: string }).place, 'systemd-creds');
  assert.match(await original.must(['cat', '/root/recovery']), /^dwr1:([0-9a-f]{4}-){15}[0-9a-f]{4}\n$/);
  await original.restart('agent');
  await waitUntilAgentAnswers(original);
  // The system's own secret is gone, as with a machine that was installed anew around the old disk.
  await endAgent(original);
  await original.must(['mv', '/var/lib/systemd/credential.secret', '/root/']);
  assert.notEqual((await original.inside(['doorward-agent'], { timeoutMs: 20_000 })).status, 0);
  const wrong = await original.inside(['doorward-agent', '--recover-key', '-'], { input: `dwr1:${'0'.repeat(64)}\n` });
  assert.notEqual(wrong.status, 0);
  const recovered = await original.inside(['doorward-agent', '--recover-key', '/root/recovery']);
  assert.equal(recovered.status, 0, recovered.errors);
  await original.restart('agent');
  await waitUntilAgentAnswers(original);
  const shown = await original.must(['doorward', 'keys', 'show', '--json']);
  assert.equal((JSON.parse(shown) as { place: string }).place, 'file');
  await lab.waitUntilUpToDate('w11-l');
});
