// Carries TCP from a workstation's network to the portal on loopback, byte for byte: TLS stays end to end.
import { connect, createServer, type Server, type Socket } from 'node:net';

export class Forwarder {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(to: { host: string; port: number }) {
    this.#server = createServer((from) => {
      const onward = connect(to);
      for (const socket of [from, onward]) {
        this.#sockets.add(socket);
        socket.setNoDelay(true);
        socket.on('error', () => undefined);
        socket.on('close', () => {
          this.#sockets.delete(socket);
          from.destroy();
          onward.destroy();
        });
      }
      from.pipe(onward).pipe(from);
    });
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
