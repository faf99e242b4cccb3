#!/usr/bin/env python3
"""Writes protocol/vectors/assertions.json: a phone's agreement proof and its approvals, signed by a software passkey."""

import hashlib
import json
import pathlib

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from make_computations import b64, digest, id_text, private_bytes, serial4, uuid, x25519

OUTPUT = pathlib.Path(__file__).resolve().parents[2] / "protocol" / "vectors" / "assertions.json"
RP_ID, ORIGIN = "app.example.com", "https://app.example.com"
TEAM, TECHNICIAN, SERIAL, NUMBER = uuid(1), uuid(4), 1, 42
REQUEST = '{"version":1,"any":"bytes"}'
CREDENTIAL = private_bytes("credential")
_, AGREEMENT = x25519("phone 1")


class Es256:
    name = "es256"

    def __init__(self):
        self.key = ec.derive_private_key(int.from_bytes(private_bytes("passkey"), "big") % 2**255, ec.SECP256R1())

    def public(self):
        return self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)[1:]

    def sign(self, data):
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))


class EdDsa:
    name = "eddsa"

    def __init__(self):
        self.key = Ed25519PrivateKey.from_private_bytes(private_bytes("passkey"))

    def public(self):
        return self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def sign(self, data):
        return self.key.sign(data)


def assertion(passkey, challenge, *, kind="webauthn.get", origin=ORIGIN, rp_id=RP_ID, flags=0x05, count=0,
              credential=CREDENTIAL, extra="", client_data=None):
    text = client_data or ('{"type":"%s","challenge":"%s","origin":"%s"%s}' % (kind, b64(challenge), origin, extra))
    authenticator_data = hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + serial4(count)
    signature = passkey.sign(authenticator_data + hashlib.sha256(text.encode()).digest())
    return {"credential_id": b64(credential), "authenticator_data": b64(authenticator_data),
            "client_data_json": b64(text.encode()), "signature": b64(signature)}


def for_number(number, request=REQUEST):
    return digest("sign-in", request.encode(), str(number).encode())


def approvals(passkey):
    right = assertion(passkey, for_number(NUMBER))
    broken = assertion(passkey, for_number(NUMBER))
    broken["signature"] = assertion(passkey, for_number(NUMBER), flags=0x1D)["signature"]
    twice = '{"type":"webauthn.get","challenge":"%s","challenge":"%s","origin":"%s"}' % (
        b64(for_number(43)), b64(for_number(NUMBER)), ORIGIN)
    # name, assertion, what the agent says, what the portal says (null: accepted)
    return [
        ("right", right, None, None),
        ("with crossOrigin false and a member of tomorrow",
         assertion(passkey, for_number(NUMBER), extra=',"crossOrigin":false,"x":{}'), None, None),
        ("with a sign count", assertion(passkey, for_number(NUMBER), count=7), None, None),
        ("another number", assertion(passkey, for_number(43)), "wrong_challenge", None),
        ("number 9", assertion(passkey, for_number(9)), "wrong_challenge", "wrong_challenge"),
        ("number 100", assertion(passkey, for_number(100)), "wrong_challenge", "wrong_challenge"),
        ("another request", assertion(passkey, for_number(NUMBER, REQUEST + " ")), "wrong_challenge", "wrong_challenge"),
        ("a registration", assertion(passkey, for_number(NUMBER), kind="webauthn.create"), "wrong_type", "wrong_type"),
        ("another origin", assertion(passkey, for_number(NUMBER), origin="https://app.example.org"),
         "wrong_origin", "wrong_origin"),
        ("an origin with a slash", assertion(passkey, for_number(NUMBER), origin=ORIGIN + "/"),
         "wrong_origin", "wrong_origin"),
        ("from a foreign frame", assertion(passkey, for_number(NUMBER), extra=',"crossOrigin":true'),
         "cross_origin", "cross_origin"),
        ("with a top origin", assertion(passkey, for_number(NUMBER), extra=',"topOrigin":"%s"' % ORIGIN),
         "cross_origin", "cross_origin"),
        ("two challenges", assertion(passkey, b"", client_data=twice), "malformed_client_data", "malformed_client_data"),
        ("no client data", assertion(passkey, b"", client_data="[]"), "malformed_client_data", "malformed_client_data"),
        ("another relying party", assertion(passkey, for_number(NUMBER), rp_id="example.com"),
         "bad_assertion", "bad_assertion"),
        ("user not verified", assertion(passkey, for_number(NUMBER), flags=0x01), "bad_assertion", "bad_assertion"),
        ("user not present", assertion(passkey, for_number(NUMBER), flags=0x04), "bad_assertion", "bad_assertion"),
        ("a signature over something else", broken, "bad_assertion", "bad_assertion"),
        ("another credential", assertion(passkey, for_number(NUMBER), credential=b"other"),
         "wrong_credential", "wrong_credential"),
    ]


def proof_challenge(team=TEAM, technician=TECHNICIAN, key=AGREEMENT, serial=SERIAL):
    return digest("agreement-key", team, technician, key, serial4(serial))


def proofs(passkey):
    return [
        ("right", assertion(passkey, proof_challenge()), None),
        ("of another team", assertion(passkey, proof_challenge(team=uuid(9))), "wrong_challenge"),
        ("of another technician", assertion(passkey, proof_challenge(technician=uuid(9))), "wrong_challenge"),
        ("of another key", assertion(passkey, proof_challenge(key=private_bytes("other"))), "wrong_challenge"),
        ("of another serial", assertion(passkey, proof_challenge(serial=2)), "wrong_challenge"),
        ("by another origin", assertion(passkey, proof_challenge(), origin="https://example.com"), "wrong_origin"),
        ("without user verification", assertion(passkey, proof_challenge(), flags=0x01), "bad_assertion"),
    ]


def main():
    phones = []
    for passkey in (Es256(), EdDsa()):
        phones.append({
            "algorithm": passkey.name, "public_key": b64(passkey.public()), "credential_id": b64(CREDENTIAL),
            "agreement_key": b64(AGREEMENT), "serial": SERIAL,
            "approvals": [{"name": name, "assertion": value, "agent": agent, "portal": portal}
                          for name, value, agent, portal in approvals(passkey)],
            "proofs": [{"name": name, "assertion": value, "error": error} for name, value, error in proofs(passkey)]})
    OUTPUT.write_text(json.dumps({"rp_id": RP_ID, "origin": ORIGIN, "team_id": id_text(TEAM),
                                  "technician_id": id_text(TECHNICIAN), "request_body": REQUEST, "number": NUMBER,
                                  "phones": phones}, indent=1) + "\n")


if __name__ == "__main__":
    main()
