// An administrator without a browser: the portal's real API, with a passkey in memory. For the lab and for tests.
import { request } from 'node:https';
import {
  custodianInput, custodianKeyChallenge, deriveCustodianKey, encodeBase64url, halfContext, openHalf, purposeHash, purposes,
  type AgreementKey, type TeamId, type TechnicianId,
} from '@doorward/protocol';
import { SoftwareAuthenticator, credentialsInMemory } from './phone/software_authenticator.ts';

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: unknown;
}

export interface Reference {
  readonly id: string;
  readonly name: string;
}

/** What the portal gives an administrator to open their half of a break-glass code. */
export interface OwnHalf {
  readonly team_id: string;
  readonly technician_id: string;
  readonly device_id: string;
  readonly order_id: string;
  readonly credential_id: string;
  readonly agreement_key: string;
  readonly sealed: string;
}

const idBytes = (id: string) => new Uint8Array(Buffer.from(id.replaceAll('-', ''), 'hex'));
const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'));

interface SetUpOffer {
  readonly rp_id: string;
  readonly team: Reference;
  readonly technician: Reference & { readonly username: string };
}

export class Administrator {
  readonly #origin: URL;
  readonly #ca: string;
  readonly #authenticator: SoftwareAuthenticator;
  #cookie = '';

  constructor(portalOrigin: string, ca: string) {
    this.#origin = new URL(portalOrigin);
    this.#ca = ca;
    this.#authenticator = new SoftwareAuthenticator(portalOrigin, credentialsInMemory());
  }

  /** Any call; throws unless the status is 2xx. */
  async call<Answer = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const answer = await this.ask(method, path, body, headers);
    if (answer.status < 200 || answer.status > 299) {
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
    return answer.body as Answer;
  }

  /** Any call, whatever its status. */
  ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<ApiAnswer> {
    const text = body === undefined ? '' : JSON.stringify(body);
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          method,
          path: `/api/v1${path}`,
          host: '127.0.0.1',
          port: Number(this.#origin.port || 443),
          servername: this.#origin.hostname,
          ca: this.#ca,
          agent: false,
          timeout: 15_000,
          headers: {
            Host: this.#origin.host,
            'Content-Type': 'application/json',
            'Content-Length': String(Buffer.byteLength(text)),
            'Sec-Fetch-Site': 'same-origin',
            'User-Agent': 'doorward-lab',
            ...(this.#cookie ? { Cookie: this.#cookie } : {}),
            ...headers,
          },
        },
        (answer) => {
          let received = '';
          answer.setEncoding('utf8').on('data', (part: string) => (received += part));
          answer.on('end', () => {
            for (const line of answer.headers['set-cookie'] ?? []) this.#cookie = line.split(';', 1)[0] ?? '';
            resolve({
              status: answer.statusCode ?? 0,
              headers: answer.headers,
              body: received === '' ? null : JSON.parse(received),
            });
          });
        },
      );
      sent.on('timeout', () => sent.destroy(new Error(`${method} ${path}: no answer within 15 s`)));
      sent.on('error', reject);
      sent.end(text);
    });
  }

  /** Registers a passkey by a set-up link. `owner` where the link is a new team's. */
  async setUp(link: string, owner: { name: string; username: string; email: string; team_name: string } | null): Promise<string> {
    const secret = new URL(link).hash.slice(1);
    const offer = await this.call<SetUpOffer>('POST', '/set-up/look-up', { secret });
    const technician = idBytes(offer.technician.id);
    const registration = await this.#authenticator.create({
      rpId: offer.rp_id,
      teamName: offer.team.name,
      userId: technician,
      userName: owner?.username ?? offer.technician.username,
      displayName: owner?.name ?? offer.technician.name,
      challenge: await purposeHash(purposes.adminRegister, technician, bytes(secret)),
      prfInput: null,
    });
    if (!registration.ok) throw new Error(`the software authenticator refused: ${registration.error}`);
    const result = await this.call<{ state: string }>('POST', '/set-up/complete', {
      secret,
      registration: {
        credential_id: encodeBase64url(registration.value.credentialId),
        client_data_json: encodeBase64url(registration.value.clientDataJson),
        attestation_object: encodeBase64url(registration.value.attestationObject),
      },
      label: 'Lab',
      owner,
    });
    return result.state;
  }

  /** The key that this administrator's passkey makes, by its PRF. */
  async #agreementKey(team: string, technician: string): Promise<AgreementKey> {
    const identity = { team: team as TeamId, technician: technician as TechnicianId };
    const answer = await this.#authenticator.get({
      rpId: this.#origin.hostname,
      credentialId: null,
      challenge: new Uint8Array(32),
      prfInput: await custodianInput(identity),
    });
    if (!answer.ok || answer.value.prfOutput === null) throw new Error('the software authenticator has no PRF');
    return deriveCustodianKey(answer.value.prfOutput, identity);
  }

  async registerCustodianKey(): Promise<void> {
    const me = await this.call<{ technician: Reference; team: Reference }>('GET', '/me');
    const key = await this.#agreementKey(me.team.id, me.technician.id);
    const identity = { team: me.team.id as TeamId, technician: me.technician.id as TechnicianId };
    const proof = await this.#assert(this.#origin.hostname, await custodianKeyChallenge(identity, key.publicKey));
    await this.call('PUT', '/me/custodian-key', { agreement_key: encodeBase64url(key.publicKey), proof });
  }

  /** Rejects where it was sealed for somebody else. */
  async openHalf(half: OwnHalf): Promise<string> {
    const key = await this.#agreementKey(half.team_id, half.technician_id);
    const context = halfContext(idBytes(half.device_id), idBytes(half.order_id), idBytes(half.technician_id));
    return openHalf(key, context, bytes(half.sealed));
  }

  /** Says that workstations may believe a portal that came back from a backup. */
  async acceptRestore(): Promise<void> {
    const { restore } = await this.call<{ restore: { incarnation: string; payload: string } | null }>('GET', '/restore');
    if (restore === null) throw new Error('there is no restore to accept');
    const challenge = await purposeHash(purposes.change, idBytes(restore.incarnation), bytes(restore.payload));
    await this.call('POST', '/restore/accept', { assertion: await this.#assert(new URL(this.#origin).hostname, challenge) });
  }

  async #assert(rpId: string, challenge: Uint8Array<ArrayBuffer>): Promise<Record<string, string>> {
    const assertion = await this.#authenticator.get({ rpId, credentialId: null, challenge, prfInput: null });
    if (!assertion.ok) throw new Error(`the software authenticator refused: ${assertion.error}`);
    return {
      credential_id: encodeBase64url(assertion.value.credentialId),
      authenticator_data: encodeBase64url(assertion.value.authenticatorData),
      client_data_json: encodeBase64url(assertion.value.clientDataJson),
      signature: encodeBase64url(assertion.value.signature),
    };
  }

  async signIn(): Promise<void> {
    const { nonce, rp_id } = await this.call<{ nonce: string; rp_id: string }>('POST', '/session/nonce', {});
    const challenge = await purposeHash(purposes.adminSession, bytes(nonce));
    await this.call('POST', '/session', { nonce, assertion: await this.#assert(rp_id, challenge) });
  }

  /** The session's cookie, which is a secret: for tests that look for it where it must not be. */
  get cookie(): string {
    return this.#cookie.split('=')[1] ?? '';
  }

  async roleNamed(name: string): Promise<string> {
    const roles = await this.call<{ items: Reference[] }>('GET', '/roles');
    const role = roles.items.find((item) => item.name === name);
    if (!role) throw new Error(`there is no role ${name}`);
    return role.id;
  }
}
