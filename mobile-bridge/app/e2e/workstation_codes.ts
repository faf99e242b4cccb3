import { createHmac, createPublicKey, diffieHellman, hkdfSync } from "node:crypto";
import { idBytes, purposes, uint64, withPurpose, type Bytes } from "@doorward/protocol";
import { rawPublic, type FakeWorkstation } from "./fake_relay.ts";

/** The workstation's half of an offline code, computed with Node's own primitives. */
export function codeOf(workstation: FakeWorkstation, phoneKey: Bytes, step: number): string {
  const spki = Buffer.concat([Buffer.from("302a300506032b656e032100", "hex"), phoneKey]);
  const publicKey = createPublicKey({ key: spki, format: "der", type: "spki" });
  const shared = diffieHellman({ privateKey: workstation.agreement.privateKey, publicKey });
  const info = withPurpose(purposes.offlineTotp, idBytes(workstation.tenantId), rawPublic(workstation.agreement.publicKey), phoneKey);
  const secret = Buffer.from(hkdfSync("sha256", shared, Buffer.alloc(0), info, 32));
  const mac = createHmac("sha256", secret).update(uint64(step)).digest();
  const offset = (mac[31] ?? 0) & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 100_000_000).padStart(8, "0");
}
