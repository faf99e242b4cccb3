// A push service on loopback, as a browser's maker runs one (RFC 8030): checks who sends (RFC 8292), decrypts what came
// with the keys of its own subscriptions (RFC 8291, RFC 8188), and answers with the status it is told to.
import assert from 'node:assert/strict';
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify, type ECDH } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Subscription {
  readonly endpoint: string;
  readonly p256dh: string;
  readonly auth: string;
}

export interface Push {
  readonly at: number;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface Sender {
  readonly claims: { aud: string; exp: number; sub: string };
  readonly key: string;
}

export class PushService {
  readonly pushes: Push[] = [];
  /** Answers to come, one a push; then 201. One that is promised comes when the promise is kept. */
  readonly answers: (number | Promise<number>)[] = [];
  readonly #server: Server;
  readonly #keys = new Map<string, { ecdh: ECDH; auth: Buffer }>();
  #port = 0;

  constructor(certificate: { cert: string; key: string }) {
    this.#server = createServer(certificate, (request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        this.pushes.push({ at: performance.now(), path: request.url ?? '', headers: request.headers, body: Buffer.concat(parts) });
        void Promise.resolve(this.answers.shift() ?? 201).then((status) => response.writeHead(status).end());
      });
    });
  }

  get origin(): string {
    return `https://localhost:${this.#port}`;
  }

  listen(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.listen(0, '127.0.0.1', () => {
        this.#port = (this.#server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  /** What a browser would hand to its page. */
  subscribe(): Subscription {
    const path = `/push/${randomBytes(16).toString('base64url')}`;
    const ecdh = createECDH('prime256v1');
    ecdh.generateKeys();
    const auth = randomBytes(16);
    this.#keys.set(path, { ecdh, auth });
    return { endpoint: `${this.origin}${path}`, p256dh: ecdh.getPublicKey('base64url'), auth: auth.toString('base64url') };
  }

  decrypt(push: Push): string {
    const { ecdh, auth } = this.#keys.get(push.path) ?? assert.fail(`no such subscription: ${push.path}`);
    const { body } = push;
    const salt = body.subarray(0, 16);
    assert.equal(body.readUInt32BE(16), 4096);
    assert.equal(body[20], 65);
    const sender = body.subarray(21, 86);
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), ecdh.getPublicKey(), sender]);
    const material = Buffer.from(hkdfSync('sha256', ecdh.computeSecret(sender), auth, info, 32));
    const derive = (label: string, size: number) => Buffer.from(hkdfSync('sha256', material, salt, `Content-Encoding: ${label}\0`, size));
    const record = body.subarray(86);
    const cipher = createDecipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12));
    cipher.setAuthTag(record.subarray(-16));
    const padded = Buffer.concat([cipher.update(record.subarray(0, -16)), cipher.final()]);
    const end = padded.lastIndexOf(2); // the delimiter of the last record; zeros may follow it
    assert.ok(end >= 0 && padded.subarray(end + 1).every((byte) => byte === 0));
    return padded.subarray(0, end).toString('utf8');
  }

  /** Who sent it, proven by the signature in the Authorization header. */
  sender(push: Push): Sender {
    const [, token = '', key = ''] = /^vapid t=([\w-]+\.[\w-]+\.[\w-]+), k=([\w-]+)$/.exec(push.headers.authorization ?? '') ?? [];
    const point = Buffer.from(key, 'base64url');
    assert.equal(point.length, 65);
    const [header = '', claims = '', signature = ''] = token.split('.');
    assert.deepEqual(JSON.parse(Buffer.from(header, 'base64url').toString()), { typ: 'JWT', alg: 'ES256' });
    const publicKey = createPublicKey({
      format: 'jwk',
      key: { kty: 'EC', crv: 'P-256', x: point.subarray(1, 33).toString('base64url'), y: point.subarray(33).toString('base64url') },
    });
    const good = verify('sha256', Buffer.from(`${header}.${claims}`), { key: publicKey, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
    assert.ok(good, 'the VAPID signature does not hold');
    return { claims: JSON.parse(Buffer.from(claims, 'base64url').toString()) as Sender['claims'], key };
  }
}
