// Killing a running program of ours at its N-th step from outside (tests/faults/kill_point.h).
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Service, waitFor } from '../../packaging/lab/process.ts';
import type { Workstation } from '../../packaging/lab/workstation.ts';
import { BUILD } from './sign_ins.ts';

/** ./dev faults kills at every step, ./dev test at some, a prime apart. */
export const strideOf = (usual: number): number => (process.env['DOORWARD_EVERY_STEP'] === undefined ? usual : 1);

export interface Killed<Value> {
  /** E.g. "fdatasync of doorward-agent"; not there where the operation ended before. */
  readonly at: string | undefined;
  readonly value: Value;
}

async function killed<Value>(killer: Service, log: string, stop: () => Promise<unknown>, operation: () => Promise<Value>): Promise<Killed<Value>> {
  const said = (): string => readFileSync(log, 'utf8');
  await waitFor(`the steps are counted (${log})`, () => said().includes('ready') || !killer.running);
  if (!said().includes('ready')) throw new Error(`kill_point: ${said()}`);
  const value = await operation();
  if (killer.running) await stop();
  await killer.ended;
  return { at: /^killed at (.*)$/m.exec(said())?.[1], value };
}

/** The agent of `workstation` is killed at step `number` of what it does during `operation`. */
export async function killAgentAt<Value>(workstation: Workstation, folder: string, number: number, operation: () => Promise<Value>): Promise<Killed<Value>> {
  const log = join(folder, 'kill_point');
  writeFileSync(log, '');
  const agent = (await workstation.must(['pgrep', '-o', '-x', 'doorward-agent'])).trim();
  const killer = workstation.background(['/run/kill_point', agent, String(number)], log);
  return killed(killer, log, () => workstation.inside(['pkill', '-TERM', '-x', 'kill_point']), operation);
}

/** The same for a program of this machine. */
export async function killAt<Value>(process: number, folder: string, number: number, operation: () => Promise<Value>): Promise<Killed<Value>> {
  const log = join(folder, 'kill_point');
  writeFileSync(log, '');
  const killer = new Service([join(BUILD, 'tests', 'faults', 'kill_point'), String(process), String(number)], log);
  return killed(killer, log, () => killer.stop(), operation);
}
