// What the integration tests do again and again at a lab workstation.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { Lab, Technician } from '../../packaging/lab/lab.ts';
import { waitFor } from '../../packaging/lab/process.ts';
import type { SshResult } from '../../packaging/lab/ssh_session.ts';
import type { Workstation } from '../../packaging/lab/workstation.ts';

export const BUILD = process.env['DOORWARD_BUILD'] ?? join(import.meta.dirname, '..', '..', 'build', 'release');

export const ONLINE_PROMPT = /^(\(.*\) )?Approve on your phone: (\d\d)\. Press Enter when done, or type an offline code: ?$/;
export const OFFLINE_PROMPT = /Offline\. Code for [a-z0-9-]+·[0-9a-z]{2}( or [a-z0-9-]+·[0-9a-z]{2})?: ?$/;

/** "4711 0815" on the screen. */
export const QUESTION_PROMPT = /Question for (?:[a-z0-9-]+)?·[0-9a-z]{2}: (\d{4}) (\d{4})\. Answer: ?$/;

export function questionIn(prompt: string): string {
  const digits = QUESTION_PROMPT.exec(prompt) ?? assert.fail(`no question in: ${prompt}`);
  return `${digits[1]}${digits[2]}`;
}

export const numberIn = (prompt: string): string => ONLINE_PROMPT.exec(prompt)?.[2] ?? assert.fail(`no number in: ${prompt}`);

export function signInOnline(workstation: Workstation, technician: Technician, command: string): Promise<SshResult> {
  return workstation.ssh(technician.account, command, async (prompt) => {
    const approved = await technician.phone.approveNext(numberIn(prompt));
    assert.equal(approved.status, 0, approved.errors);
    return '';
  });
}

/** Signs in by a code; the prompt has to look like `prompt` and to come soon, whatever the network does. */
export async function signInByCode(
  workstation: Workstation,
  technician: Technician,
  prompt: RegExp,
  options: { promptWithinMs?: number } = {},
): Promise<void> {
  const { code } = await technician.phone.code(workstation.name);
  const started = performance.now();
  let asked = 0;
  const result = await workstation.ssh(technician.account, 'id -un; sudo -n id -u', (text) => {
    asked = performance.now();
    assert.match(text, prompt);
    return code;
  });
  assert.deepEqual(result.output.trim().split('\n'), [technician.account, '0'], `${result.prompts.join()} ${result.errors}`);
  const waited = asked - started;
  const limit = options.promptWithinMs ?? 8_000;
  assert.ok(waited < limit, `the prompt came after ${waited.toFixed(0)} ms`);
}

export async function accountState(workstation: Workstation, account: string): Promise<string> {
  return (await workstation.inside(['passwd', '-S', account])).output.split(' ')[1] ?? '';
}

/** Locked and no administrator, or never made. */
export async function isLocked(workstation: Workstation, account: string): Promise<boolean> {
  const made = (await workstation.inside(['grep', '-q', `^${account}:`, '/etc/passwd'])).status === 0;
  const groups = (await workstation.inside(['id', '-nG', account])).output;
  return (!made || (await accountState(workstation, account)) === 'L') && !groups.includes('sudo');
}

export const waitUntilLocked = (workstation: Workstation, account: string): Promise<void> =>
  waitFor(`${account} is locked`, () => isLocked(workstation, account), 45_000);

export const waitUntilOpen = (workstation: Workstation, account: string): Promise<void> =>
  waitFor(`a session of ${account} is open`, async () => (await workstation.inside(['doorward', 'sessions'])).output.includes(account), 30_000);

export interface AgentStatus {
  readonly portal: string;
  readonly revision: number;
  readonly last_problem: string;
  readonly audit_events: number;
  readonly audit_uploaded: number;
}

export async function agentStatus(workstation: Workstation): Promise<AgentStatus> {
  return JSON.parse(await workstation.must(['doorward', 'diag', '--json'])) as AgentStatus;
}

export const waitUntilAgentAnswers = (workstation: Workstation): Promise<void> =>
  waitFor('the agent answers', async () => (await workstation.inside(['doorward', 'status'])).status === 0, 30_000);

export async function stopAgent(workstation: Workstation, signal: 'TERM' | 'KILL' = 'TERM'): Promise<void> {
  await workstation.inside(['pkill', `-${signal}`, '-x', 'doorward-agent']);
  await waitFor('the agent has ended', async () => (await workstation.inside(['pgrep', '-x', 'doorward-agent'])).status === 1, 20_000);
}

export async function startAgent(workstation: Workstation): Promise<void> {
  await workstation.restart('agent');
  await waitUntilAgentAnswers(workstation);
}

/** As hours without a wrong code would do it: the workstation's own budget of tries is full again. */
export async function refillTries(workstation: Workstation): Promise<void> {
  await stopAgent(workstation);
  const script = `key=$(od -An -vtx1 /etc/doorward/keys/agent-store.key | tr -d ' \\n')
    sqlcipher -bail /var/lib/doorward/agent/store.db <<<"PRAGMA key = \\"x'$key'\\"; DELETE FROM attempt;"`;
  await workstation.must(['bash', '-euc', script]);
  await startAgent(workstation);
}

/** Reconnects at once instead of when the pause is over. */
export async function bringBack(lab: Lab, workstation: Workstation): Promise<void> {
  await workstation.severPortal();
  await workstation.restorePortal();
  await waitFor(
    `${workstation.name} reaches the portal`,
    async () => (await workstation.inside(['doorward', 'sync'])).status === 0,
    60_000,
  );
  await lab.waitUntilUpToDate(workstation.name);
}
