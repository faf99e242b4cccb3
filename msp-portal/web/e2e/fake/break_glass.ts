// Break-glass of the fake portal, with a workstation that answers at once.
import { idBytes, parseId, purposeHash, purposes } from "@doorward/protocol";
import { createCipheriv, createHmac, createPublicKey, diffieHellman, generateKeyPairSync } from "node:crypto";
import type { components } from "../../src/api/schema.d.ts";
import { type Answer, bytesOf, type Call, challengeHolds, find, gone, notFound, ok, problem } from "./answers.ts";
import { id, iso } from "./state.ts";

export async function registerCustodian({ state, body, origin, changed }: Call): Promise<Answer> {
  const { agreement_key, proof } = body as components["schemas"]["CustodianKeyRegistration"];
  const team = parseId(state.team.id);
  const owner = parseId(state.technicianId);
  if (team === null || owner === null) return notFound();
  const challenge = await purposeHash(purposes.custodianKey, idBytes(team), idBytes(owner), bytesOf(agreement_key));
  const holds =
    proof.credential_id === state.credential &&
    (await challengeHolds(proof.client_data_json, "webauthn.get", challenge, origin));
  if (!holds) return problem(400, "ceremony_refused");
  const { id: technicianId, name } = state.owner();
  const before = state.custodians.findIndex(({ technician }) => technician.id === technicianId);
  if (before >= 0) state.custodians.splice(before, 1);
  state.custodians.push({
    technician: { id: technicianId, name },
    passkey: state.owner().passkeys[0]?.label ?? "",
    registered_at: iso(),
    agreementKey: agreement_key,
  });
  changed("technicians");
  return gone;
}

/** As a workstation would, that is connected and at once ready. */
export async function orderBreakGlass({ state, path, body, changed }: Call): Promise<Answer> {
  const device = find(state.devices, path[1]);
  const { custodian_ids } = body as components["schemas"]["BreakGlassOrder"];
  if (!device) return notFound();
  if (new Set(custodian_ids).size !== 2) return problem(409, "not_another_person");
  const orderId = id();
  const owner = state.owner();
  const own = state.custodians.find(({ technician }) => technician.id === owner.id);
  const place = [device.id, orderId, owner.id].map((text) => Buffer.from(text.replaceAll("-", ""), "hex"));
  state.breakGlass.set(device.id, {
    state: "ready",
    ordered_by: { id: owner.id, name: owner.name },
    ordered_at: iso(),
    made_at: iso(),
    used_at: null,
    custodians: custodian_ids.map((wanted) => ({
      technician: { id: wanted, name: find(state.technicians, wanted)?.name ?? "" },
      works: true,
    })),
    own_half:
      own === undefined || !custodian_ids.includes(owner.id)
        ? null
        : {
            team_id: state.team.id,
            technician_id: owner.id,
            device_id: device.id,
            order_id: orderId,
            credential_id: state.credential ?? "",
            agreement_key: own.agreementKey,
            sealed: await sealFor(own.agreementKey, Buffer.concat(place), "1-ABCD-EFGH-JKMN-PQRS-TVWX"),
          },
  });
  changed("devices");
  return ok({ break_glass: state.breakGlass.get(device.id) ?? null });
}

/** HPKE as in crypto/hpke.h with Node's own cryptography, not the page's. */
async function sealFor(agreementKey: string, context: Buffer, text: string): Promise<string> {
  const ephemeral = generateKeyPairSync("x25519");
  const publicBytes = Buffer.from(ephemeral.publicKey.export({ format: "jwk" }).x ?? "", "base64url");
  const theirs = createPublicKey({ key: { kty: "OKP", crv: "X25519", x: agreementKey }, format: "jwk" });
  const agreed = diffieHellman({ privateKey: ephemeral.privateKey, publicKey: theirs });
  const kem = Buffer.from("KEM\0\x20");
  const suite = Buffer.from("HPKE\0\x20\0\x01\0\x01");
  const extract = (of: Buffer, salt: Buffer, label: string, material: Buffer) =>
    createHmac("sha256", salt).update("HPKE-v1").update(of).update(label).update(material).digest();
  const expand = (of: Buffer, key: Buffer, label: string, info: Buffer, size: number) =>
    createHmac("sha256", key)
      .update(Buffer.from([0, size])).update("HPKE-v1").update(of).update(label).update(info).update("\x01")
      .digest().subarray(0, size);
  const [zero, none] = [Buffer.alloc(32), Buffer.alloc(0)];
  const keys = Buffer.concat([publicBytes, Buffer.from(agreementKey, "base64url")]);
  const shared = expand(kem, extract(kem, zero, "eae_prk", agreed), "shared_secret", keys, 32);
  const info = Buffer.concat([Buffer.from(`${purposes.breakGlassSeal}\0`), context]);
  const scheduled = Buffer.concat([
    Buffer.alloc(1), extract(suite, zero, "psk_id_hash", none), extract(suite, zero, "info_hash", info),
  ]);
  const secret = extract(suite, shared, "secret", none);
  const cipher = createCipheriv(
    "aes-128-gcm", expand(suite, secret, "key", scheduled, 16), expand(suite, secret, "base_nonce", scheduled, 12),
  );
  return Buffer.concat([publicBytes, cipher.update(text), cipher.final(), cipher.getAuthTag()]).toString("base64url");
}
