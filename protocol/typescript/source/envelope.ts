import { encodeBase64url } from "./base64url.ts";
import type { Bytes } from "./bytes.ts";
import { withPurpose, type Purpose } from "./hash.ts";
import type { Reader } from "./reader.ts";

export const longestEnvelopeBody = 64 * 1024;

/** Bytes with an Ed25519 signature; the bytes stay exactly as they came. */
export interface SignedEnvelope {
  readonly body: Bytes;
  readonly signature: Bytes;
}

export function readEnvelope(reader: Reader): SignedEnvelope {
  const { body, signature } = reader.object("body", "signature");
  return { body: body.bytes(2, longestEnvelopeBody), signature: signature.bytes(64) };
}

export function encodeEnvelope(envelope: SignedEnvelope): { body: string; signature: string } {
  return { body: encodeBase64url(envelope.body), signature: encodeBase64url(envelope.signature) };
}

/** False for a wrong signature and for a key that is none; never throws. */
export async function verifyEnvelope(envelope: SignedEnvelope, purpose: Purpose, publicKey: Bytes): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey("raw", publicKey, { name: "Ed25519" }, false, ["verify"]);
    return await crypto.subtle.verify({ name: "Ed25519" }, key, envelope.signature, withPurpose(purpose, envelope.body));
  } catch {
    return false;
  }
}
