// A workstation without a workstation: says hello and enrols on the device channel of WIRE.md section 4, over TLS with
// its exporter and a WebSocket of its own, so that a test can have fifty of them.
import { createHash, createPublicKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { connect, type TLSSocket } from 'node:tls';

export interface EnrolAnswer {
  readonly type: string;
  readonly reason?: string;
  readonly tenant_id?: string;
  readonly device_id?: string;
}

const raw = (key: KeyObject): string => (createPublicKey(key).export({ format: 'jwk' }) as { x: string }).x;

/** One text frame, masked as a client's has to be (RFC 6455, section 5.2). */
function frame(text: string): Buffer {
  const payload = Buffer.from(text);
  const mask = randomBytes(4);
  const head = payload.length < 126 ? Buffer.of(0x81, 0x80 | payload.length) : Buffer.of(0x81, 0xfe, payload.length >> 8, payload.length & 0xff);
  return Buffer.concat([head, mask, payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0))]);
}

/** The text frames that came, one after the other. */
async function* messages(socket: TLSSocket): AsyncGenerator<Record<string, unknown>> {
  let bytes = Buffer.alloc(0);
  let upgraded = false;
  for await (const part of socket as AsyncIterable<Buffer>) {
    bytes = Buffer.concat([bytes, part]);
    if (!upgraded) {
      const end = bytes.indexOf('\r\n\r\n');
      if (end < 0) continue;
      if (!bytes.subarray(0, end).toString().startsWith('HTTP/1.1 101')) throw new Error(bytes.subarray(0, end).toString());
      bytes = bytes.subarray(end + 4);
      upgraded = true;
    }
    while (bytes.length >= 2) {
      const short = (bytes[1] ?? 0) & 0x7f;
      const head = short === 126 ? 4 : short === 127 ? 10 : 2;
      if (bytes.length < head) break;
      const size = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
      if (bytes.length < head + size) break;
      const isText = (bytes[0] ?? 0) === 0x81;
      const payload = bytes.subarray(head, head + size);
      bytes = bytes.subarray(head + size);
      if (isText) yield JSON.parse(payload.toString()) as Record<string, unknown>;
    }
  }
}

/** Connects, enrols once with `token` under `name`, and hangs up. `ready` holds it back until all others have connected. */
export async function enrolDevice(token: string, name: string, ready: () => Promise<void> = async () => undefined): Promise<EnrolAnswer> {
  const [, host = '', port = '', secrets = ''] = token.split(':');
  const socket = connect({ host: '127.0.0.1', port: Number(port), servername: host, minVersion: 'TLSv1.3', rejectUnauthorized: false });
  await new Promise<void>((resolve, reject) => socket.once('secureConnect', () => resolve()).once('error', reject));
  const binding = socket.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0)).toString('base64url');
  const signing = generateKeyPairSync('ed25519').privateKey;
  const agreement = generateKeyPairSync('x25519').privateKey;
  const envelope = (purpose: string, body: object) => {
    const text = Buffer.from(JSON.stringify(body));
    const signature = sign(null, Buffer.concat([Buffer.from(`doorward/${purpose}/1\0`), text]), signing);
    return { body: text.toString('base64url'), signature: signature.toString('base64url') };
  };
  socket.write(
    `GET /agent/v1/channel HTTP/1.1\r\nHost: ${host}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
      `Sec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: doorward.agent.1\r\n\r\n`,
  );
  try {
    for await (const message of messages(socket)) {
      if (message['type'] === 'challenge') {
        const hello = envelope('channel-device', {
          version: 1, role: 'device', device_id: null, signing_key: raw(signing), device_nonce: randomBytes(32).toString('base64url'),
          portal_nonce: message['nonce'], channel_binding: binding, agent_version: '0.1.0', incarnation: null, revision: 0, generation: 0, last_nonce: null, machine: null,
        });
        socket.write(frame(JSON.stringify({ type: 'hello', device_id: null, envelope: hello })));
      } else if (message['type'] === 'welcome') {
        await ready();
        const secret = Buffer.from(secrets, 'base64url').subarray(32);
        const token_hash = createHash('sha256').update('doorward/enrolment-token/1\0').update(secret).digest('base64url');
        const body = envelope('enrol', {
          version: 1, token_hash, signing_key: raw(signing), agreement_key: raw(agreement), name,
          operating_system: 'Debian 12', kind: 'non_domain', channel_binding: binding,
        });
        socket.write(frame(JSON.stringify({ type: 'enrol', envelope: body })));
      } else if (message['type'] !== 'sync') {
        return message as unknown as EnrolAnswer;
      }
    }
    throw new Error('the portal hung up without an answer');
  } finally {
    socket.destroy();
  }
}
