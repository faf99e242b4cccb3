// The lab's mail server: takes what the portal sends over real SMTP and shows it on a page, so that a
// person (or a test) can open the links in it. Loopback only; it delivers nothing anywhere.
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';

const require = createRequire(import.meta.url);
const { SMTPServer } = require('smtp-server') as { SMTPServer: new (options: object) => SmtpServer };
const { simpleParser } = require('mailparser') as { simpleParser: (source: unknown) => Promise<ParsedMail> };

interface SmtpServer {
  listen(port: number, host: string, ready: () => void): { address(): AddressInfo };
  close(done: () => void): void;
  on(event: 'error', handler: (error: Error) => void): void;
}
interface ParsedMail {
  subject?: string;
  text?: string;
  from?: { text: string };
  to?: { text: string };
}

export type MailSecurity = 'starttls' | 'tls' | 'none';

interface SmtpSession {
  readonly secure: boolean;
}

export interface Mail {
  /** It came through TLS. */
  readonly secure: boolean;
  readonly at: Date;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (c) => `&#${c.codePointAt(0)};`);

const withLinks = (text: string): string =>
  escape(text).replace(/https:\/\/[^\s<>&]+/g, (link) => `<a href="${link}">${link}</a>`);

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
article { border: 1px solid color-mix(in srgb, currentColor 20%, transparent); border-radius: 10px; padding: 1rem 1.25rem; margin: 1rem 0; }
h2 { font-size: 1.05rem; margin: 0 0 .25rem; } p { margin: .25rem 0; opacity: .75; font-size: .9rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; margin: .75rem 0 0; }`;

function page(mails: readonly Mail[]): string {
  const articles = mails
    .map(
      (mail) => `<article><h2>${escape(mail.subject)}</h2>
<p>to ${escape(mail.to)} · from ${escape(mail.from)} · ${mail.at.toISOString()}</p><pre>${withLinks(mail.text)}</pre></article>`,
    )
    .reverse()
    .join('\n');
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Lab mailbox</title><link rel="stylesheet" href="/style.css"></head><body><h1>Lab mailbox</h1>
${articles || '<p>No mail yet. Invite a technician in the portal and the invitation arrives here.</p>'}</body></html>`;
}

export class Mailbox {
  readonly mails: Mail[] = [];
  readonly #smtp: SmtpServer;
  readonly #http: Server;
  #waiting: (() => void)[] = [];
  smtpPort = 0;
  httpPort = 0;

  /** `tls` is a certificate for the name by which the portal reaches this server. */
  constructor(tls: { cert: string; key: string }, security: MailSecurity = 'starttls') {
    this.#smtp = new SMTPServer({
      ...tls,
      secure: security === 'tls',
      disabledCommands: security === 'none' ? ['STARTTLS'] : [],
      authOptional: true,
      disableReverseLookup: true,
      size: 1024 * 1024,
      onData: (stream: unknown, session: SmtpSession, done: (error?: Error) => void) => {
        simpleParser(stream).then(
          (mail) => {
            this.#take(mail, session.secure);
            done();
          },
          (error: Error) => done(error),
        );
      },
    });
    this.#smtp.on('error', () => undefined); // a client that hangs up is no reason to stop
    this.#http = createServer((request, response) => {
      if (request.url === '/style.css') {
        response.writeHead(200, { 'Content-Type': 'text/css' }).end(STYLE);
        return;
      }
      if (request.url === '/mails.json') {
        response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(this.mails));
        return;
      }
      response
        .writeHead(200, {
          'Content-Type': 'text/html; charset=utf-8',
          'Content-Security-Policy': "default-src 'none'; style-src 'self'",
          'Referrer-Policy': 'no-referrer',
        })
        .end(page(this.mails));
    });
  }

  async start(httpPort: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const server = this.#smtp.listen(0, '127.0.0.1', () => {
        this.smtpPort = server.address().port;
        resolve();
      });
    });
    await new Promise<void>((resolve, reject) => {
      this.#http.once('error', reject);
      this.#http.listen(httpPort, '127.0.0.1', () => {
        this.httpPort = (this.#http.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  async stop(): Promise<void> {
    this.#http.closeAllConnections();
    await new Promise<void>((resolve) => this.#http.close(() => resolve()));
    await new Promise<void>((resolve) => this.#smtp.close(() => resolve()));
  }

  /** The newest mail to `address`, waiting for one if there is none yet. */
  async newest(address: string, timeoutMs = 15_000): Promise<Mail> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const found = this.mails.findLast((mail) => mail.to.includes(address));
      if (found) return found;
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`no mail to ${address} arrived within ${timeoutMs / 1000} s`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  #take(mail: ParsedMail, secure: boolean): void {
    this.mails.push({
      secure,
      at: new Date(),
      from: mail.from?.text ?? '',
      to: mail.to?.text ?? '',
      subject: mail.subject ?? '',
      text: mail.text ?? '',
    });
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
  }
}
