// A lab workstation as seen by a program; workstation.sh does the work.
import { join } from 'node:path';
import { Forwarder } from './forwarder.ts';
import { must, run, Service, type Finished } from './process.ts';
import { ssh, type AnswerPrompt, type SshResult } from './ssh_session.ts';

const SCRIPT = join(import.meta.dirname, 'workstation.sh');

export class Workstation {
  readonly name: string;
  readonly number: number;
  readonly #folder: string;
  readonly #appPort: number;
  #forwarder: Forwarder | undefined;

  private constructor(name: string, number: number, folder: string, appPort: number) {
    this.name = name;
    this.number = number;
    this.#folder = folder;
    this.#appPort = appPort;
  }

  get address(): string {
    return `10.89.${this.number}.2`;
  }

  /** The host's end, where the workstation finds the portal. */
  get gateway(): string {
    return `10.89.${this.number}.1`;
  }

  static async start(options: {
    name: string;
    folder: string;
    build: string;
    config?: string;
    with?: string;
    appPort: number;
  }): Promise<Workstation> {
    const command = ['bash', SCRIPT, 'start', options.name, '--build', options.build];
    if (options.config !== undefined) command.push('--config', options.config);
    if (options.with !== undefined) command.push('--with', options.with);
    const said = await must(command, { env: { DOORWARD_LAB: options.folder }, timeoutMs: 120_000 });
    const number = Number(/10\.89\.(\d+)\.2/.exec(said)?.[1]);
    const workstation = new Workstation(options.name, number, options.folder, options.appPort);
    await workstation.restorePortal();
    return workstation;
  }

  /** The portal cannot be reached any more from inside; ssh to the workstation still works. */
  async severPortal(): Promise<void> {
    await this.#forwarder?.stop();
    this.#forwarder = undefined;
  }

  async restorePortal(): Promise<void> {
    this.#forwarder ??= new Forwarder({ host: '127.0.0.1', port: this.#appPort });
    await this.#forwarder.listen(this.gateway, this.#appPort);
  }

  /** A command inside, as root, whatever its status. */
  inside(command: readonly string[], options: { input?: string; timeoutMs?: number } = {}): Promise<Finished> {
    return run(['bash', SCRIPT, 'enter', this.name, ...command], { ...options, env: { DOORWARD_LAB: this.#folder } });
  }

  async must(command: readonly string[], options: { input?: string; timeoutMs?: number } = {}): Promise<string> {
    return must(['bash', SCRIPT, 'enter', this.name, ...command], { ...options, env: { DOORWARD_LAB: this.#folder } });
  }

  /** A program inside, as root, that goes on until it ends by itself; what it says goes to `log`. */
  background(command: readonly string[], log: string): Service {
    return new Service(['bash', SCRIPT, 'enter', this.name, ...command], log, { DOORWARD_LAB: this.#folder });
  }

  ssh(account: string, command: string, answer: AnswerPrompt, options: Parameters<typeof ssh>[3] = {}): Promise<SshResult> {
    return ssh({ account, address: this.address }, command, answer, options);
  }

  /** (Re)starts `agent` or `link` inside. */
  async restart(program: 'agent' | 'link'): Promise<void> {
    await this.#verb('run', program);
  }

  /** From now on the agent's clock is off by so many seconds; the first time it has to be restarted for that. */
  async setClock(secondsOff: number): Promise<void> {
    const isFirst = (await this.inside(['test', '-e', '/run/agent-clock'])).status !== 0;
    // Read at every look at the clock, so it changes in one step.
    await this.must(['sh', '-c', 'cat >/run/agent-clock.new && mv /run/agent-clock.new /run/agent-clock'], { input: `${secondsOff}` });
    if (isFirst) await this.restart('agent');
  }

  cut(): Promise<void> {
    return this.#verb('cut');
  }

  join(): Promise<void> {
    return this.#verb('join');
  }

  async stop(): Promise<void> {
    await this.#verb('stop');
    await this.severPortal();
  }

  async #verb(verb: string, ...more: string[]): Promise<void> {
    await must(['bash', SCRIPT, verb, this.name, ...more], { env: { DOORWARD_LAB: this.#folder } });
  }
}
