// What can stand between a workstation and its portal: each takes the forwarder's place on the host's end of the link.
import { createServer as createHttpsServer } from 'node:https';
import { connect as connectTcp, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { connect as connectTls, createServer as createTlsServer } from 'node:tls';

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

const LOGIN_PAGE = '<!doctype html><title>Welcome to Free WiFi</title><form action="/login"><input name="room"></form>';

/** A listening server that can be taken away with all its connections. */
export class FalsePortal {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  connections = 0;

  constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket: Socket) => {
      this.connections += 1;
      this.#sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
    });
    server.on('tlsClientError', () => undefined);
  }

  listen(address: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, address, () => resolve());
    });
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** Answers whatever is asked with its own page and status 200. */
export const captivePortal = (certificate: Certificate): FalsePortal =>
  new FalsePortal(
    createHttpsServer(certificate, (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end(LOGIN_PAGE);
    }),
  );

/** Does so without TLS. */
export const captivePortalWithoutTls = (): FalsePortal =>
  new FalsePortal(
    createTcpServer((socket) => {
      socket.once('data', () =>
        socket.end(`HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${LOGIN_PAGE.length}\r\n\r\n${LOGIN_PAGE}`),
      );
    }),
  );

export const resettingPortal = (): FalsePortal => new FalsePortal(createTcpServer((socket) => socket.resetAndDestroy()));

/** Ends TLS with a certificate of its own and speaks TLS onward to the real portal: a relayed handshake. */
export const relayingPortal = (certificate: Certificate, port: number, host: string): FalsePortal =>
  new FalsePortal(
    createTlsServer({ ...certificate, minVersion: 'TLSv1.3' }, (from) => {
      const onward = connectTls({ host: '127.0.0.1', port, servername: host, rejectUnauthorized: false });
      for (const socket of [from, onward]) {
        socket.on('error', () => undefined).on('close', () => {
          from.destroy();
          onward.destroy();
        });
      }
      from.pipe(onward).pipe(from);
    }),
  );

export type Pace = 'line' | 'one byte a second' | '30 s late';

/** Carries to the real portal at a pace that can change under way. */
export class SlowPortal {
  readonly #portal: FalsePortal;
  readonly #timers = new Set<NodeJS.Timeout>();
  pace: Pace;

  constructor(port: number, pace: Pace) {
    this.pace = pace;
    this.#portal = new FalsePortal(
      createTcpServer((from) => {
        const onward = connectTcp({ host: '127.0.0.1', port });
        this.#carry(from, onward);
        this.#carry(onward, from);
      }),
    );
  }

  get connections(): number {
    return this.#portal.connections;
  }

  listen(address: string, port: number): Promise<void> {
    return this.#portal.listen(address, port);
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    await this.#portal.stop();
  }

  #carry(from: Socket, to: Socket): void {
    from.on('error', () => undefined).on('close', () => to.destroy());
    let queue: Promise<void> = Promise.resolve();
    from.on('data', (bytes: Buffer) => {
      queue = queue.then(() => this.#pass(bytes, to));
    });
  }

  async #pass(bytes: Buffer, to: Socket): Promise<void> {
    if (this.pace === '30 s late') await this.#pause(30_000);
    if (this.pace !== 'one byte a second') {
      to.write(bytes);
      return;
    }
    for (const byte of bytes) {
      if (to.destroyed) return;
      to.write(Uint8Array.of(byte));
      await this.#pause(1_000);
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        resolve();
      }, ms);
      this.#timers.add(timer);
    });
  }
}
