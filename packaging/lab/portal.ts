// The lab's portal: the real program, with a local certificate authority of its own.
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { must, Service, waitFor } from './process.ts';
import { connect } from 'node:net';

export interface PortalOptions {
  readonly build: string;
  readonly folder: string;
  readonly portalPort: number;
  readonly appPort: number;
  readonly smtpPort: number;
  readonly smtpAuthority: string;
}

const WEB = join(import.meta.dirname, '..', '..', 'build', 'web');

export class Portal {
  readonly portalOrigin: string;
  readonly appOrigin: string;
  readonly appPort: number;
  readonly setUpLink: string;
  readonly authorityFile: string;
  readonly authority: string;
  readonly program: string;
  readonly configFile: string;
  readonly keysFolder: string;
  readonly dataFolder: string;
  readonly #log: string;
  #service: Service | undefined;

  private constructor(options: PortalOptions, setUpLink: string, program: string, config: string) {
    this.portalOrigin = origins(options).portal;
    this.appOrigin = origins(options).app;
    this.appPort = options.appPort;
    this.setUpLink = setUpLink;
    this.authorityFile = join(options.folder, 'keys', 'authority.pem');
    this.authority = readFileSync(this.authorityFile, 'utf8');
    this.program = program;
    this.configFile = config;
    this.keysFolder = join(options.folder, 'keys');
    this.dataFolder = join(options.folder, 'data');
    this.#log = join(options.folder, 'log');
  }

  static async start(options: PortalOptions): Promise<Portal> {
    mkdirSync(options.folder, { mode: 0o700 });
    const program = join(options.build, 'msp-portal', 'server', 'doorward-portal');
    const config = join(options.folder, 'portal.toml');
    const said = await must([
      program, 'init', '--config', config,
      '--data', join(options.folder, 'data'), '--keys', join(options.folder, 'keys'),
      '--portal-origin', origins(options).portal, '--app-origin', origins(options).app,
      '--portal-web', join(WEB, 'portal'), '--app-web', join(WEB, 'app'),
      '--team', 'Lab MSP',
    ]);
    appendFileSync(
      config,
      `\n[mail]\nhost = "localhost"\nport = ${options.smtpPort}\nsecurity = "starttls"\n` +
        `authority_file = "${options.smtpAuthority}"\nsender = "portal@lab.example"\n`,
    );
    const link = /https:\/\/\S+\/set-up#[A-Za-z0-9_-]+/.exec(said)?.[0];
    if (link === undefined) throw new Error(`doorward-portal init printed no set-up link: ${said}`);
    const portal = new Portal(options, link, program, config);
    await portal.serve();
    return portal;
  }

  async serve(): Promise<void> {
    this.#service = new Service([this.program, 'serve', '--config', this.configFile], this.#log);
    const service = this.#service;
    await waitFor(`the portal listens on port ${this.appPort} (its log: ${this.#log})`, async () => {
      if (!service.running) throw new Error(`the portal ended: ${readFileSync(this.#log, 'utf8').slice(-2000)}`);
      return accepts(this.appPort);
    });
  }

  /** A portal administration command. */
  command(verb: readonly string[]): Promise<string> {
    return must([this.program, ...verb, '--config', this.configFile]);
  }

  get pid(): number {
    return this.#service?.pid ?? 0;
  }

  get isServing(): boolean {
    return this.#service?.running ?? false;
  }

  get log(): string {
    return readFileSync(this.#log, 'utf8');
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.#service?.stop(signal);
  }
}

function origins(options: PortalOptions): { portal: string; app: string } {
  return {
    portal: `https://portal.localhost:${options.portalPort}`,
    app: `https://app.localhost:${options.appPort}`,
  };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
