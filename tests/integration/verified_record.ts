// The record as the portal exports it, after doorward-verify has found it good.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '../../packaging/lab/lab.ts';
import { run, waitFor } from '../../packaging/lab/process.ts';
import type { Workstation } from '../../packaging/lab/workstation.ts';
import { agentStatus, BUILD } from './sign_ins.ts';

export interface RecordedEvent {
  readonly kind: string;
  readonly outcome: string;
  readonly reason: string | null;
  readonly sequence: number;
  readonly technician_id: string | null;
  readonly request_id: string | null;
}

export async function isUploaded(workstation: Workstation): Promise<boolean> {
  const { audit_events, audit_uploaded } = await agentStatus(workstation);
  return audit_events === audit_uploaded;
}

/** What the one workstation of the lab has recorded: all of it, each event once, in its order. */
export async function verifiedRecord(lab: Lab, workstation: Workstation): Promise<RecordedEvent[]> {
  await waitFor('the workstation has handed over its record', () => isUploaded(workstation), 60_000);
  const text = await lab.portal.command(['export-log']);
  const file = join(lab.folder, 'export.jsonl');
  writeFileSync(file, text);
  const verified = await run([join(BUILD, 'verify', 'doorward-verify'), file]);
  assert.equal(verified.status, 0, verified.output + verified.errors);
  const events = text.split('\n').filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { source?: string; body?: RecordedEvent })
    .flatMap(({ source, body }) => (source === 'device' && body !== undefined ? [body] : []));
  assert.deepEqual(events.map(({ sequence }) => sequence), Array.from({ length: events.length }, (_, at) => at + 1));
  return events;
}
