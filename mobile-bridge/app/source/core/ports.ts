import type { Bytes, Result } from "@doorward/protocol";
import type { StoredRecords } from "./records.ts";

// What the core needs from where it runs: a browser, or the virtual phone of the lab.

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

/** `refused`: the person cancelled or the sensor said no. `unsupported`: this device has no suitable authenticator. */
export type AuthenticatorError = "refused" | "unsupported" | "already_registered" | "failed";

export interface CreationOptions {
  readonly rpId: string;
  readonly teamName: string;
  readonly challenge: Bytes;
  readonly userId: Bytes;
  readonly userName: string;
  readonly displayName: string;
  readonly prfInput: Bytes;
}

export interface Registration {
  readonly credentialId: Bytes;
  readonly clientDataJson: Bytes;
  readonly attestationObject: Bytes;
  readonly backupEligible: boolean;
  readonly prfEnabled: boolean;
  /** Some authenticators answer already here, most only at an assertion. */
  readonly prfOutput: Bytes | null;
}

export interface AssertionOptions {
  readonly rpId: string;
  readonly challenge: Bytes;
  /** Null lets the person choose among the passkeys of this host. */
  readonly credentialId: Bytes | null;
  readonly prfInput: Bytes | null;
}

export interface Assertion {
  readonly credentialId: Bytes;
  readonly authenticatorData: Bytes;
  readonly clientDataJson: Bytes;
  readonly signature: Bytes;
  readonly prfOutput: Bytes | null;
}

/** Always with user verification. */
export interface Authenticator {
  create(options: CreationOptions): Promise<Result<Registration, AuthenticatorError>>;
  get(options: AssertionOptions): Promise<Result<Assertion, AuthenticatorError>>;
}

export interface RelayAnswer {
  readonly status: number;
  /** The portal's clock, where the answer says it. */
  readonly date: number | null;
  readonly text: string;
}

export interface LiveHandlers {
  readonly opened: () => void;
  readonly received: (text: string) => void;
  readonly closed: () => void;
}

export interface Transport {
  /** The host name the app is served from; it is the passkey's rpId. */
  readonly hostName: string;
  /** Null when the relay cannot be reached. */
  send(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body: string | null): Promise<RelayAnswer | null>;
  /** Returns how to close it. */
  openLive(path: string, handlers: LiveHandlers): () => void;
}

export interface RecordStore {
  read<Name extends keyof StoredRecords>(name: Name): Promise<StoredRecords[Name] | null>;
  /** One atomic read and write; durable when it resolves. */
  update<Name extends keyof StoredRecords>(
    name: Name,
    change: (current: StoredRecords[Name] | null) => StoredRecords[Name],
  ): Promise<StoredRecords[Name]>;
  clear(): Promise<void>;
}

export interface Surroundings {
  readonly authenticator: Authenticator;
  readonly transport: Transport;
  readonly store: RecordStore;
  readonly clock: Clock;
}
