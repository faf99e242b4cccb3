// A real OpenSSH client whose prompts are answered by the caller, without a terminal.
import { spawn, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SshTarget {
  readonly account: string;
  readonly address: string;
  readonly port?: number;
  /** Runs ssh inside something, e.g. a namespace. */
  readonly prefix?: readonly string[];
}

export interface SshResult {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
  readonly prompts: readonly string[];
}

export type AnswerPrompt = (prompt: string, count: number) => Promise<string> | string;

const ASKPASS = join(import.meta.dirname, 'askpass.sh');

/**
 * Signs in by keyboard-interactive and runs `command`. `answer` is called for each prompt with its text. Never
 * reads or writes the caller's own ssh configuration or known hosts.
 */
export async function ssh(
  target: SshTarget,
  command: string,
  answer: AnswerPrompt,
  options: { timeoutMs?: number; prompts?: number; extra?: readonly string[] } = {},
): Promise<SshResult> {
  const folder = mkdtempSync(join(tmpdir(), 'doorward-ssh-'));
  execFileSync('mkfifo', ['-m', '600', join(folder, 'prompt'), join(folder, 'answer')]);
  const prompts: string[] = [];
  const line = [
    ...(target.prefix ?? []),
    'ssh',
    '-F', 'none',
    '-p', String(target.port ?? 22),
    '-o', 'PreferredAuthentications=keyboard-interactive',
    '-o', `NumberOfPasswordPrompts=${options.prompts ?? 1}`,
    '-o', 'StrictHostKeyChecking=no',
    '-o', 'UserKnownHostsFile=/dev/null',
    '-o', 'LogLevel=ERROR',
    '-o', 'ConnectTimeout=10',
    ...(options.extra ?? []),
    `${target.account}@${target.address}`,
    command,
  ];
  const child = spawn(line[0]!, line.slice(1), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'] ?? '/usr/bin:/bin',
      HOME: folder,
      LC_ALL: 'C.UTF-8',
      DISPLAY: 'none',
      SSH_ASKPASS: ASKPASS,
      SSH_ASKPASS_REQUIRE: 'force',
      DOORWARD_ASKPASS: folder,
    },
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 90_000);

  let ended = false;
  const serve = async (): Promise<void> => {
    // Opening for reading and writing keeps a pipe open while nobody is at its other end.
    const prompt = await open(join(folder, 'prompt'), 'r+');
    const reply = await open(join(folder, 'answer'), 'r+');
    try {
      const buffer = Buffer.alloc(4096);
      while (!ended) {
        const { bytesRead } = await prompt.read(buffer, 0, buffer.length, null);
        if (ended) return;
        const text = buffer.subarray(0, bytesRead).toString('utf8');
        prompts.push(text);
        await reply.write(`${await answer(text, prompts.length)}\n`);
      }
    } finally {
      await prompt.close().catch(() => undefined);
      await reply.close().catch(() => undefined);
    }
  };
  // What goes wrong while answering (an assertion about the prompt, say) ends the session and is the caller's to see.
  const failures: unknown[] = [];
  const serving = serve().catch((error: unknown) => {
    failures.push(error);
    child.kill('SIGKILL');
  });
  const status = await new Promise<number>((resolve) =>
    child.on('close', (code, signal) => resolve(code ?? (signal ? 255 : 1))),
  );
  clearTimeout(timer);
  ended = true;
  // Nobody reads any more where serving has failed, and a writer would wait for ever.
  if (failures.length === 0) execFileSync('sh', ['-c', 'printf end >"$1" &', '_', join(folder, 'prompt')]);
  await serving;
  rmSync(folder, { recursive: true, force: true });
  if (failures.length > 0) throw failures[0];
  return { status, output, errors, prompts };
}
