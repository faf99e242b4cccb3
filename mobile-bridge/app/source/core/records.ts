import type { Bytes, DeviceId, EventId, PhoneId, PhoneState, PhoneStrength, TeamId, TechnicianId, TenantId, TenantSecretId } from "@doorward/protocol";

// What the phone keeps. Nothing here is secret: public keys, names, marks, and what only the unlocked phone can open. Byte values are base64url texts.

export interface PhoneRecord {
  readonly phoneId: PhoneId;
  readonly team: { readonly id: TeamId; readonly name: string };
  readonly technician: { readonly id: TechnicianId; readonly name: string; readonly username: string };
  readonly serial: number;
  readonly rpId: string;
  readonly credentialId: string;
  /** Null after the record was restored, until the first unlocking computes it. */
  readonly agreementKey: string | null;
  readonly label: string;
  readonly strength: PhoneStrength;
  readonly state: PhoneState;
}

export type Concern =
  | { readonly kind: "key_changed"; readonly tenantId: TenantId; readonly signingKey: string; readonly agreementKey: string }
  | { readonly kind: "name_has_new_key" }
  | { readonly kind: "shared_key"; readonly otherName: string }
  | { readonly kind: "renamed"; readonly name: string; readonly tenantName: string };

export interface RememberedWorkstation {
  readonly id: DeviceId;
  readonly name: string;
  readonly tenantId: TenantId;
  readonly tenantName: string;
  readonly account: string;
  readonly codeScheme: "per_machine" | "per_tenant";
  readonly connected: boolean;
  readonly offlineUntil: number | null;
  readonly signingKey: string;
  readonly agreementKey: string;
  /** False once the portal stopped listing it; kept so that its name and keys are still known. */
  readonly listed: boolean;
  /** Nothing is approved and no code is shown while there is one. */
  readonly concern: Concern | null;
  /** The person accepted that these keys are used twice. */
  readonly sharingConfirmed: boolean;
}

/** A customer's secrets for codes, sealed to this phone; the one in use first. */
export interface TenantSecrets {
  readonly tenantId: TenantId;
  readonly secrets: readonly { readonly id: TenantSecretId; readonly endsAt: number | null; readonly sealed: string }[];
}

export interface WorkstationBook {
  readonly asOf: number;
  /** Absent in a book from before customers could have such codes. */
  readonly tenantSecrets?: readonly TenantSecrets[];
  readonly workstations: readonly RememberedWorkstation[];
}

/** The highest code step shown, and the highest one used, for each workstation and each customer's secret. */
export type CodeMarks = { readonly [secret: string]: { readonly shown: number; readonly used: number } };

export interface QueuedReading {
  readonly id: EventId;
  readonly deviceId: DeviceId;
  readonly step: number;
  readonly at: number;
}

export interface Preferences {
  readonly language: "en" | "de" | null;
  readonly push: boolean;
  /** The person was asked about notifications and said not now. */
  readonly pushDeclined: boolean;
}

/** Only where the authenticator has no PRF: the agreement key under a key the browser does not hand out. */
export interface FallbackKey {
  readonly wrappingKey: CryptoKey;
  readonly nonce: Bytes;
  readonly sealed: Bytes;
}

export interface StoredRecords {
  readonly phone: PhoneRecord;
  readonly workstations: WorkstationBook;
  readonly code_marks: CodeMarks;
  readonly readings: readonly QueuedReading[];
  readonly preferences: Preferences;
  readonly fallback_key: FallbackKey;
}
