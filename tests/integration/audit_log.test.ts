// The audit log in other hands: real sign-ins, exported, and checked by doorward-verify as they are and after somebody
// changed the file, the store or the portal.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Lab, type Technician } from '../../packaging/lab/lab.ts';
import { run, waitFor, type Finished } from '../../packaging/lab/process.ts';
import type { Workstation } from '../../packaging/lab/workstation.ts';
import { agentStatus, bringBack, BUILD, OFFLINE_PROMPT, signInByCode, signInOnline } from './sign_ins.ts';

interface Report {
  readonly sound: boolean;
  readonly events?: number;
  readonly devices?: number;
  readonly logs?: number;
  readonly portal_key?: string;
  readonly finding: {
    readonly fault: string;
    readonly tenant_id: string | null;
    readonly place: number | null;
    readonly device_id: string | null;
    readonly sequence: number | null;
  } | null;
}

interface Line {
  readonly type: string;
  readonly source?: string;
  readonly received_at?: number;
  readonly body?: Body;
}

interface Body {
  readonly device_id: string | null;
  readonly tenant_id: string | null;
  readonly sequence: number;
  readonly kind: string;
  readonly at: number;
}

let lab: Lab;
let tenant: string;
let workstation: Workstation;
let nik: Technician;
let files = 0;

const verifier = join(BUILD, 'verify', 'doorward-verify');
const newFile = (): string => join(lab.folder, `export-${(files += 1)}.jsonl`);
const lineOf = (text: string): Line => JSON.parse(text) as Line;
const bodyOf = (text: string): Body => lineOf(text).body ?? assert.fail('no event');
const isDeviceEvent = (text: string): boolean => lineOf(text).source === 'device';

async function exportLog(...more: readonly string[]): Promise<string> {
  const file = newFile();
  writeFileSync(file, await lab.portal.command(['export-log', ...more]));
  return file;
}

const verify = (...words: readonly string[]): Promise<Finished> => run([verifier, ...words]);

async function sound(...words: readonly string[]): Promise<Report> {
  const finished = await verify(...words, '--json');
  assert.equal(finished.status, 0, finished.output + finished.errors);
  return JSON.parse(finished.output) as Report;
}

async function finding(...words: readonly string[]): Promise<NonNullable<Report['finding']>> {
  const finished = await verify(...words, '--json');
  assert.equal(finished.status, 1, finished.output + finished.errors);
  return (JSON.parse(finished.output) as Report).finding ?? assert.fail('no finding');
}

/** The export with its lines changed, and the count in the last line mended, as whoever knows the format would. */
function tampered(file: string, change: (lines: string[]) => void): string {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  change(lines);
  lines[lines.length - 1] = JSON.stringify({ type: 'end', events: lines.filter((line) => lineOf(line).type === 'event').length });
  const other = newFile();
  writeFileSync(other, `${lines.join('\n')}\n`);
  return other;
}

async function everythingUploaded(): Promise<void> {
  await waitFor('the workstation has handed over its chain', async () => {
    const { audit_events, audit_uploaded } = (await agentStatus(workstation)) as unknown as Record<string, number>;
    return audit_events === audit_uploaded;
  }, 60_000);
}

before(async () => {
  lab = await Lab.start({ build: BUILD, portalPort: 0, appPort: 0, mailboxPort: 0 });
  tenant = await lab.addTenant('Customer-1');
  await lab.addTenant('Customer-2');
  workstation = await lab.addWorkstation('w11-l', tenant);
  nik = (await lab.addTechnicians(tenant, ['nik']))[0] ?? assert.fail();
  assert.equal((await signInOnline(workstation, nik, 'id -un')).output.trim(), nik.account);
  await workstation.severPortal();
  await waitFor('the workstation is offline', async () => (await agentStatus(workstation)).portal !== 'up', 60_000);
  await signInByCode(workstation, nik, OFFLINE_PROMPT, { promptWithinMs: 30_000 });
  await bringBack(lab, workstation);
  await everythingUploaded();
});

after(async () => {
  await lab?.stop();
});

describe('an export', () => {
  test('of everything and of one customer is found good, with the key and the head that others hold', async () => {
    const file = await exportLog();
    const report = await sound(file);
    assert.equal(report.logs, 3);
    assert.equal(report.devices, 1);
    const held = join(lab.folder, 'held-head.json');
    writeFileSync(held, await workstation.must(['doorward', 'log-head', '--json']));
    await sound(file, '--portal-key', report.portal_key ?? '', '--held-head', held);
    const own = await sound(await exportLog('--tenant', tenant), '--held-head', held);
    assert.equal(own.logs, 1);
    const words = await verify(file);
    assert.equal(words.status, 0);
    assert.match(words.output, /events checked\. Nothing is wrong\./);
  });

  test('keeps both times of what happened offline, in its place', async () => {
    const lines = readFileSync(await exportLog(), 'utf8').trimEnd().split('\n');
    const offline = lines.find((line) => isDeviceEvent(line) && bodyOf(line).kind === 'sign_in_offline') ?? assert.fail();
    assert.ok((lineOf(offline).received_at ?? 0) > bodyOf(offline).at);
    const sequences = lines.filter(isDeviceEvent).map((line) => bodyOf(line).sequence);
    assert.deepEqual(sequences, sequences.map((_, at) => at + 1));
  });

  test('continues an earlier one', async () => {
    const earlier = await exportLog();
    await signInOnline(workstation, nik, 'true');
    await everythingUploaded();
    const later = await exportLog();
    await sound(later, '--earlier', earlier);
    const cut = await finding(earlier, '--earlier', later);
    assert.equal(cut.fault, 'tail_missing');
  });
});

describe('row 45: an export that somebody changed', () => {
  let file: string;
  let device: string;
  const place = (lines: string[], sequence: number): number => {
    const at = lines.findIndex((line) => isDeviceEvent(line) && bodyOf(line).sequence === sequence);
    return at < 0 ? assert.fail() : at;
  };

  before(async () => {
    file = await exportLog();
    device = (await lab.device('w11-l'))?.id ?? assert.fail();
  });

  test('row 45: an edited event is named', async () => {
    const found = await finding(
      tampered(file, (lines) => {
        const at = place(lines, 3);
        lines[at] = (lines[at] ?? '').replace('"count":1', '"count":2');
      }),
    );
    assert.deepEqual([found.fault, found.device_id, found.sequence, found.tenant_id], ['event_changed', device, 4, tenant]);
  });

  test('row 45: an event deleted from the middle is named', async () => {
    const found = await finding(tampered(file, (lines) => lines.splice(place(lines, 4), 1)));
    assert.deepEqual([found.fault, found.device_id, found.sequence], ['event_missing', device, 5]);
  });

  test('row 45: events in another order are named', async () => {
    const found = await finding(
      tampered(file, (lines) => {
        const [one, other] = [place(lines, 2), place(lines, 3)];
        [lines[one], lines[other]] = [lines[other] ?? '', lines[one] ?? ''];
      }),
    );
    assert.deepEqual([found.fault, found.device_id, found.sequence], ['event_missing', device, 3]);
  });

  test('row 44: a cut tail is named', async () => {
    const found = await finding(
      tampered(file, (lines) => {
        const last = lines.findLastIndex(isDeviceEvent);
        lines.splice(last, 1);
      }),
    );
    assert.equal(found.fault, 'tail_missing');
    assert.equal(found.device_id, device);
  });

  test('row 45: another key is refused', async () => {
    const found = await finding(file, '--portal-key', Buffer.alloc(32, 7).toString('base64url'));
    assert.equal(found.fault, 'wrong_key');
    assert.equal((await verify(file, '--portal-key', 'short')).status, 2);
  });
});

describe('row 43: a portal that was put back to a backup', () => {
  test('row 43: is found out by the workstation, which saw more, and by an earlier export', async () => {
    const copy = join(lab.folder, 'backup.db');
    await lab.portal.command(['backup', '--to', copy]);
    for (let times = 0; times < 12; times += 1) await lab.createToken(tenant);
    // It is shown the longer log.
    await bringBack(lab, workstation);
    await waitFor('the workstation holds the longer head', async () => {
      const head = JSON.parse(await workstation.must(['doorward', 'log-head', '--json'])) as { body: string };
      const { size } = JSON.parse(Buffer.from(head.body, 'base64url').toString()) as { size: number };
      return size >= readFileSync(await exportLog('--tenant', tenant), 'utf8').split('\n').filter((line) => line.startsWith('{"type":"event"')).length - 2;
    }, 60_000);
    const held = join(lab.folder, 'held-before.json');
    writeFileSync(held, await workstation.must(['doorward', 'log-head', '--json']));
    const earlier = await exportLog();

    await lab.portal.stop();
    await lab.portal.command(['restore', '--from', copy]);
    await lab.portal.serve();
    const found = await finding(await exportLog(), '--earlier', earlier);
    assert.equal(found.tenant_id, tenant);
    assert.ok(['tail_missing', 'not_consistent'].includes(found.fault), found.fault);
    assert.ok(['tail_missing', 'not_consistent'].includes((await finding(await exportLog('--tenant', tenant), '--held-head', held)).fault));

    await lab.administrator.signIn();
    await lab.administrator.acceptRestore();
    await bringBack(lab, workstation);
    await waitFor('the workstation says so in its own chain', async () => {
      const events = await lab.auditEvents('&kind=log_head');
      return events.some((event) => event.reason === 'log_cut' && event.outcome === 'failed');
    }, 60_000);
    // What is recorded from now on is a log of its own right.
    await sound(await exportLog());
  });
});
