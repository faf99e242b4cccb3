// A technician's phone as seen by a program; phone/phone.ts does the work, in a process of its own.
import { join } from 'node:path';
import { must, run, type Finished } from './process.ts';

const PROGRAM = join(import.meta.dirname, 'phone', 'phone.ts');

export interface ShownCode {
  readonly code: string;
  readonly key_id: string;
  readonly step: number;
}

export class VirtualPhone {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  async pair(link: string, ca: string): Promise<{ state: string }> {
    return JSON.parse(await this.#must(['pair', link, '--ca', ca])) as { state: string };
  }

  async workstations(): Promise<{ online: boolean; workstations: { id: string; name: string; account: string }[] }> {
    return JSON.parse(await this.#must(['list'])) as Awaited<ReturnType<VirtualPhone['workstations']>>;
  }

  /** Waits for the next request and approves it with this number. */
  approveNext(number: string, waitSeconds = 30): Promise<Finished> {
    return this.#run(['approve', '--next', number, '--wait', String(waitSeconds)]);
  }

  refuse(): Promise<Finished> {
    return this.#run(['refuse']);
  }

  notMe(): Promise<Finished> {
    return this.#run(['not-me']);
  }

  /** Works without a network. A fresh code is one that was never shown; getting it can take 30 s. */
  async code(workstation: string, freshness: 'any' | 'fresh' = 'fresh'): Promise<ShownCode> {
    const fresh = freshness === 'fresh' ? ['--fresh'] : [];
    return JSON.parse(await this.#must(['code', workstation, ...fresh])) as ShownCode;
  }

  /** Works without a network, and without a clock. */
  async answer(workstation: string, question: string): Promise<string> {
    return (JSON.parse(await this.#must(['answer', workstation, question])) as { answer: string }).answer;
  }

  /** What another authenticator scans; once for each of a customer's secrets. */
  async secret(workstation: string): Promise<{ otpauth_uri: string; key_id: string }> {
    return JSON.parse(await this.#must(['secret', workstation])) as { otpauth_uri: string; key_id: string };
  }

  #command(verb: readonly string[]): string[] {
    return [process.execPath, PROGRAM, ...verb, '--state', this.folder, '--json'];
  }

  #run(verb: readonly string[]): Promise<Finished> {
    return run(this.#command(verb), { timeoutMs: 90_000 });
  }

  #must(verb: readonly string[]): Promise<string> {
    return must(this.#command(verb), { timeoutMs: 90_000 });
  }
}
