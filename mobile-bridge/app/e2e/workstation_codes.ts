import { createHmac, createPublicKey, diffieHellman, hkdfSync } from "node:crypto";
import { fromHex, idBytes, purposes, uint64, utf8, withPurpose, type Bytes, type Purpose } from "@doorward/protocol";
import { rawPublic, type FakeWorkstation } from "./fake_relay.ts";

// The workstation's half of codes and answers, computed with Node's own primitives.

export function codeOf(workstation: FakeWorkstation, phoneKey: Bytes, step: number): string {
  return digitsOf(secretOf(workstation, phoneKey, purposes.offlineTotp), uint64(step));
}

export function answerOf(workstation: FakeWorkstation, phoneKey: Bytes, question: string): string {
  const number = fromHex(Number(question).toString(16).padEnd(256, "0"));
  const data = Buffer.concat([utf8("OCRA-1:HOTP-SHA256-8:QN08\0"), number]);
  return digitsOf(secretOf(workstation, phoneKey, purposes.offlineChallenge), data);
}

function secretOf(workstation: FakeWorkstation, phoneKey: Bytes, purpose: Purpose): Buffer {
  const spki = Buffer.concat([Buffer.from("302a300506032b656e032100", "hex"), phoneKey]);
  const publicKey = createPublicKey({ key: spki, format: "der", type: "spki" });
  const shared = diffieHellman({ privateKey: workstation.agreement.privateKey, publicKey });
  const info = withPurpose(purpose, idBytes(workstation.tenantId), rawPublic(workstation.agreement.publicKey), phoneKey);
  return Buffer.from(hkdfSync("sha256", shared, Buffer.alloc(0), info, 32));
}

function digitsOf(secret: Buffer, data: Uint8Array): string {
  const mac = createHmac("sha256", secret).update(data).digest();
  const offset = (mac[31] ?? 0) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 100_000_000).padStart(8, "0");
}
