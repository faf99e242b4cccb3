// Programs of the lab: run one to its end, or keep one running and stop it for certain.
import { spawn, type ChildProcess } from 'node:child_process';
import { openSync, closeSync } from 'node:fs';

export interface Finished {
  readonly status: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs to the end, whatever the status. `input` goes to standard input. */
export function run(
  command: readonly string[],
  options: { input?: string; env?: Record<string, string>; timeoutMs?: number } = {},
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command[0] ?? '', command.slice(1), {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
    });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs ?? 60_000);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ status: code ?? 255, output, errors });
    });
  });
}

/** Runs to the end; anything but status 0 is an error that says what the program said. */
export async function must(
  command: readonly string[],
  options: { input?: string; env?: Record<string, string>; timeoutMs?: number } = {},
): Promise<string> {
  const done = await run(command, options);
  if (done.status !== 0) {
    throw new Error(`${command.slice(0, 4).join(' ')} ended with status ${done.status}: ${(done.errors || done.output).trim()}`);
  }
  return done.output;
}

/** A program that runs until it is stopped; what it says goes to `log`. */
export class Service {
  readonly #child: ChildProcess;
  #ended = false;
  readonly ended: Promise<number>;

  constructor(command: readonly string[], log: string, env: Record<string, string> = {}) {
    const file = openSync(log, 'a', 0o600);
    this.#child = spawn(command[0] ?? '', command.slice(1), {
      stdio: ['ignore', file, file],
      env: { PATH: process.env['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', ...env },
    });
    closeSync(file);
    this.ended = new Promise((resolve) =>
      this.#child.on('close', (code) => {
        this.#ended = true;
        resolve(code ?? 255);
      }),
    );
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get running(): boolean {
    return !this.#ended;
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM', patienceMs = 10_000): Promise<number> {
    if (!this.#ended) this.#child.kill(signal);
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), patienceMs);
    const status = await this.ended;
    clearTimeout(timer);
    return status;
  }
}

export async function waitFor(what: string, condition: () => Promise<boolean> | boolean, timeoutMs = 15_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`${what}: not within ${timeoutMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
