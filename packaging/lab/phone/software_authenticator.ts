import { createHash, createHmac, createPrivateKey, generateKeyPairSync, randomBytes, sign } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type {
  Assertion, AssertionOptions, Authenticator, AuthenticatorError, CreationOptions, Registration,
} from "@doorward/phone-app/core";
import { concat, encodeBase64url, failure, success, uint32, utf8, type Bytes, type Result } from "@doorward/protocol";

/** A passkey with its private parts: this authenticator lives in a file and protects nothing. For the lab only. */
export interface SoftwareCredential {
  readonly id: string;
  readonly rpId: string;
  readonly userId: string;
  readonly privateKey: JsonWebKey;
  readonly prfSecret: string;
  readonly counter: number;
}

export interface CredentialStore {
  load(): readonly SoftwareCredential[];
  save(credentials: readonly SoftwareCredential[]): void;
}

export interface SoftwareAssertion extends Assertion {
  readonly userHandle: Bytes;
}

const flagUserPresent = 0x01;
const flagUserVerified = 0x04;
const flagAttestedData = 0x40;

export function credentialsInMemory(): CredentialStore {
  let credentials: readonly SoftwareCredential[] = [];
  return {
    load: () => credentials,
    save: (changed) => {
      credentials = changed;
    },
  };
}

export function credentialsInFile(path: string): CredentialStore {
  return {
    load: () => (existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as readonly SoftwareCredential[]) : []),
    save: (credentials) => {
      writeFileSync(`${path}.new`, JSON.stringify(credentials), { mode: 0o600 });
      renameSync(`${path}.new`, path);
    },
  };
}

/** A platform authenticator without a person: ES256, always present and verified, PRF, attestation none. */
export class SoftwareAuthenticator implements Authenticator {
  readonly #origin: string;
  readonly #store: CredentialStore;

  constructor(origin: string, store: CredentialStore) {
    this.#origin = origin;
    this.#store = store;
  }

  async create(options: Omit<CreationOptions, "prfInput"> & { readonly prfInput: Bytes | null }): Promise<Result<Registration, AuthenticatorError>> {
    const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const publicKey = pair.publicKey.export({ format: "jwk" });
    const id = new Uint8Array(randomBytes(32));
    const prfSecret = randomBytes(32);
    const credential: SoftwareCredential = {
      id: encodeBase64url(id),
      rpId: options.rpId,
      userId: encodeBase64url(options.userId),
      privateKey: pair.privateKey.export({ format: "jwk" }),
      prfSecret: prfSecret.toString("base64url"),
      counter: 1,
    };
    this.#store.save([...this.#store.load(), credential]);
    const attested = concat(new Uint8Array(16), Uint8Array.of(0, id.length), id, coseKey(publicKey));
    const flags = flagUserPresent | flagUserVerified | flagAttestedData;
    const authenticatorData = concat(authenticatorHead(options.rpId, flags, 1), attested);
    return success({
      credentialId: id,
      clientDataJson: clientData("webauthn.create", options.challenge, this.#origin),
      attestationObject: attestationObject(authenticatorData),
      backupEligible: false,
      prfEnabled: true,
      prfOutput: options.prfInput === null ? null : prf(credential, options.prfInput),
    });
  }

  async get(options: AssertionOptions): Promise<Result<SoftwareAssertion, AuthenticatorError>> {
    const credentials = this.#store.load();
    const wanted = options.credentialId === null ? null : encodeBase64url(options.credentialId);
    const credential = credentials.findLast((known) => known.rpId === options.rpId && (wanted === null || known.id === wanted));
    if (credential === undefined) return failure("refused");
    const counted = { ...credential, counter: credential.counter + 1 };
    this.#store.save(credentials.map((known) => (known.id === counted.id ? counted : known)));
    const authenticatorData = authenticatorHead(options.rpId, flagUserPresent | flagUserVerified, counted.counter);
    const clientDataJson = clientData("webauthn.get", options.challenge, this.#origin);
    const signed = concat(authenticatorData, sha256(clientDataJson));
    const key = createPrivateKey({ key: credential.privateKey, format: "jwk" });
    return success({
      credentialId: new Uint8Array(Buffer.from(credential.id, "base64url")),
      authenticatorData,
      clientDataJson,
      signature: new Uint8Array(sign("sha256", signed, key)),
      prfOutput: options.prfInput === null ? null : prf(credential, options.prfInput),
      userHandle: new Uint8Array(Buffer.from(credential.userId, "base64url")),
    });
  }
}

/** WebAuthn L3 section 10.1.4: the input is hashed under a name of its own before the authenticator sees it. */
function prf(credential: SoftwareCredential, input: Bytes): Bytes {
  const salt = sha256(concat(utf8("WebAuthn PRF\0"), input));
  return new Uint8Array(createHmac("sha256", Buffer.from(credential.prfSecret, "base64url")).update(salt).digest());
}

function authenticatorHead(rpId: string, flags: number, counter: number): Bytes {
  return concat(sha256(utf8(rpId)), Uint8Array.of(flags), uint32(counter));
}

function clientData(type: string, challenge: Bytes, origin: string): Bytes {
  return utf8(JSON.stringify({ type, challenge: encodeBase64url(challenge), origin, crossOrigin: false }));
}

/** COSE_Key of an ES256 public key: {1: 2, 3: -7, -1: 1, -2: x, -3: y}. */
function coseKey(key: JsonWebKey): Bytes {
  const coordinate = (text: string | undefined) => concat(Uint8Array.of(0x58, 32), Buffer.from(text ?? "", "base64url"));
  const head = Uint8Array.of(0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21);
  return concat(head, coordinate(key.x), Uint8Array.of(0x22), coordinate(key.y));
}

/** CBOR of {"fmt": "none", "attStmt": {}, "authData": bytes}. */
function attestationObject(authenticatorData: Bytes): Bytes {
  const text = (value: string) => concat(Uint8Array.of(0x60 | value.length), utf8(value));
  const length = Uint8Array.of(0x59, authenticatorData.length >> 8, authenticatorData.length & 0xff);
  return concat(
    Uint8Array.of(0xa3), text("fmt"), text("none"), text("attStmt"), Uint8Array.of(0xa0), text("authData"), length, authenticatorData,
  );
}

function sha256(bytes: Uint8Array): Bytes {
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}
