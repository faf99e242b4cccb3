import { fromHex, hex, type Bytes } from "./bytes.ts";

declare const idKind: unique symbol;

/** A UUIDv7 in lower case; the kinds do not convert into each other. */
export type Id<Kind extends string> = string & { readonly [idKind]: Kind };
export type TeamId = Id<"team">;
export type TenantId = Id<"tenant">;
export type DeviceId = Id<"device">;
export type TechnicianId = Id<"technician">;
export type PhoneId = Id<"phone">;
export type PairingId = Id<"pairing">;
export type RequestId = Id<"request">;
export type TenantSecretId = Id<"tenant_secret">;
export type EventId = Id<"event">;

const form = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export function parseId<Kind extends string>(text: string): Id<Kind> | null {
  return form.test(text) ? (text as Id<Kind>) : null;
}

/** 16 bytes, big endian, as they stand inside hashes. */
export function idBytes(id: Id<string>): Bytes {
  return fromHex(id.replaceAll("-", ""));
}

export function newId<Kind extends string>(milliseconds: number): Id<Kind> {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.floor(milliseconds / 0x10000));
  view.setUint16(4, milliseconds % 0x10000);
  view.setUint8(6, 0x70 | (view.getUint8(6) & 0x0f));
  view.setUint8(8, 0x80 | (view.getUint8(8) & 0x3f));
  const text = hex(bytes);
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-") as Id<Kind>;
}
