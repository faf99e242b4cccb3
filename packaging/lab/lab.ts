// The lab: a portal, its mailbox, workstations and virtual phones, all real programs, all gone when it stops.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Administrator, type Reference } from './administrator.ts';
import { Mailbox } from './mailbox/mailbox.ts';
import { Portal } from './portal.ts';
import { waitFor } from './process.ts';
import { VirtualPhone } from './virtual_phone.ts';
import { Workstation } from './workstation.ts';

export interface LabOptions {
  /** The build's folder, e.g. build/release. */
  readonly build: string;
  /** 0 takes a free port; the portal's names carry theirs. */
  readonly portalPort: number;
  readonly appPort: number;
  readonly mailboxPort: number;
  /** `browser`: nobody has opened the owner's set-up link yet. */
  readonly owner?: 'lab' | 'browser';
}

export interface Technician {
  readonly id: string;
  readonly username: string;
  readonly account: string;
  readonly phone: VirtualPhone;
}

export interface Device {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly quarantine_reason: string | null;
  readonly connected: boolean;
  readonly up_to_date: boolean;
  readonly clock_drift_ms: number | null;
}

interface AuditEvent {
  readonly kind: string;
  readonly outcome: string;
  readonly at: string;
  readonly reason: string | null;
  readonly account: string | null;
  readonly service: string | null;
  readonly clock_trusted: boolean;
  readonly device: Reference | null;
  readonly technician: Reference | null;
}

export class Lab {
  readonly folder: string;
  readonly portal: Portal;
  readonly mailbox: Mailbox;
  readonly administrator: Administrator;
  readonly workstations: Workstation[] = [];
  readonly #options: LabOptions;

  private constructor(folder: string, options: LabOptions, portal: Portal, mailbox: Mailbox) {
    this.folder = folder;
    this.#options = options;
    this.portal = portal;
    this.mailbox = mailbox;
    this.administrator = new Administrator(portal.portalOrigin, portal.authority);
  }

  /** A running portal with a team whose owner is `administrator`. */
  static async start(options: LabOptions): Promise<Lab> {
    const folder = mkdtempSync(join(tmpdir(), 'doorward-lab-'));
    mkdirSync(join(folder, 'phones'), { mode: 0o700 });
    let mailbox: Mailbox | undefined;
    let portal: Portal | undefined;
    try {
      mailbox = new Mailbox(selfSigned(join(folder, 'mail'), 'localhost'));
      await mailbox.start(options.mailboxPort);
      portal = await Portal.start({
        build: options.build,
        folder: join(folder, 'portal'),
        portalPort: options.portalPort || (await freePort()),
        appPort: options.appPort || (await freePort()),
        smtpPort: mailbox.smtpPort,
        smtpAuthority: join(folder, 'mail.crt'),
      });
      const lab = new Lab(folder, options, portal, mailbox);
      if (options.owner !== 'browser') {
        await lab.administrator.setUp(portal.setUpLink, {
          name: 'Olivia Owner',
          username: 'olivia',
          email: 'olivia@lab.example',
          team_name: 'Lab MSP',
        });
      }
      return lab;
    } catch (error) {
      await portal?.stop();
      await mailbox?.stop();
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async addTenant(name: string): Promise<string> {
    return (await this.administrator.call<Reference>('POST', '/tenants', { name })).id;
  }

  /** A one-shot token and the line an administrator would copy. */
  createToken(tenant: string, uses = 1): Promise<{ token: string; install_command: string }> {
    return this.administrator.call('POST', `/tenants/${tenant}/enrolment-tokens`, {
      label: null,
      uses_allowed: uses,
      valid_hours: 1,
    });
  }

  /** Starts a workstation with Doorward installed, and enrols it as a person would. */
  async addWorkstation(name: string, tenant: string): Promise<Workstation> {
    const workstation = await this.startWorkstation(name);
    const { token } = await this.createToken(tenant);
    const enrolled = await workstation.inside(['doorward', 'enrol', '--token-file', '-'], { input: token });
    if (enrolled.status !== 0) throw new Error(`doorward enrol: status ${enrolled.status}: ${enrolled.errors || enrolled.output}`);
    await this.waitUntilUpToDate(name);
    return workstation;
  }

  /** With agent and link running, not enrolled. */
  async startWorkstation(name: string): Promise<Workstation> {
    const workstation = await Workstation.start({
      name,
      folder: join(this.folder, 'workstations'),
      build: this.#options.build,
      with: 'agent,link',
      appPort: this.portal.appPort,
    });
    this.workstations.push(workstation);
    await waitFor(`the agent of ${name} answers`, async () => (await workstation.inside(['doorward', 'status'])).status !== 4);
    return workstation;
  }

  async device(name: string): Promise<Device | undefined> {
    const page = await this.administrator.call<{ items: Device[] }>('GET', '/devices');
    return page.items.find((item) => item.name === name);
  }

  /** A workstation that was cut off comes back when its reconnect delay is over, which grows with the time it was away. */
  waitUntilUpToDate(name: string): Promise<void> {
    return waitFor(
      `${name} is connected and has the newest roster`,
      async () => {
        const device = await this.device(name);
        return device !== undefined && device.connected && device.up_to_date;
      },
      120_000,
    );
  }

  /** Invited by mail; the link is the one in the mail. */
  async inviteTechnician(name: string, username: string): Promise<Omit<Technician, 'phone'> & { link: string }> {
    const email = `${username}@lab.example`;
    const invited = await this.administrator.call<{ technician: { id: string; account: string } }>('POST', '/technicians', {
      name,
      username,
      email,
      rights: [],
    });
    const mail = await this.mailbox.newest(email);
    const link = /https:\/\/\S+\/invitation#[A-Za-z0-9_-]+/.exec(mail.text)?.[0];
    if (link === undefined) throw new Error(`the invitation to ${email} holds no link`);
    return { id: invited.technician.id, username, account: invited.technician.account, link };
  }

  /** Invited by mail, accepts, and pairs a virtual phone. */
  async addTechnician(name: string, username: string): Promise<Technician> {
    const { link, ...technician } = await this.inviteTechnician(name, username);
    const pairing = await new Administrator(this.portal.portalOrigin, this.portal.authority).call<{ link: string }>(
      'POST',
      '/invitations/accept',
      { secret: new URL(link).hash.slice(1) },
    );
    const phone = new VirtualPhone(join(this.folder, 'phones', username));
    await waitFor('the portal lets one more phone from here pair', () => this.#pairs(phone, pairing.link), 60_000);
    return { ...technician, phone };
  }

  /** False where the relay slows down the network that all phones of a lab come from; asking again at once would prolong it. */
  async #pairs(phone: VirtualPhone, link: string): Promise<boolean> {
    try {
      await phone.pair(link, this.portal.authorityFile);
      return true;
    } catch (error) {
      if (!String(error).includes('too_many_tries')) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      return false;
    }
  }

  /** Active technicians with full access to `tenant`, whose phones know its workstations. */
  async addTechnicians(tenant: string, usernames: readonly string[]): Promise<Technician[]> {
    const added: Technician[] = [];
    for (const username of usernames) {
      const technician = await this.addTechnician(`Technician ${username}`, username);
      await this.grant(technician, { kind: 'tenant', id: tenant });
      added.push(technician);
    }
    for (const workstation of this.workstations) await this.waitUntilUpToDate(workstation.name);
    for (const { phone } of added) {
      await waitFor('the phone lists the workstations', async () => (await phone.workstations()).workstations.length > 0);
    }
    return added;
  }

  async grant(technician: { readonly id: string }, object: { kind: 'tenant' | 'device' | 'all_devices'; id: string | null }): Promise<void> {
    await this.administrator.call('POST', '/rights', {
      subject: { kind: 'technician', id: technician.id },
      object: { ...object, section: null },
      role_id: await this.administrator.roleNamed('Full device access'),
      valid_from: null,
      valid_until: null,
    });
  }

  async auditEvents(query = ''): Promise<AuditEvent[]> {
    return (await this.administrator.call<{ items: AuditEvent[] }>('GET', `/audit-events?limit=200${query}`)).items;
  }

  async stop(): Promise<void> {
    for (const workstation of this.workstations.reverse()) await workstation.stop();
    await this.portal.stop();
    await this.mailbox.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** A certificate that only who is given `<path>.crt` trusts. */
export function selfSigned(path: string, host: string): { cert: string; key: string } {
  const key = `${path}.key`;
  const cert = `${path}.crt`;
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30', '-subj',
      `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`, '-keyout', key, '-out', cert],
    { stdio: 'ignore' },
  );
  return { cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') };
}
