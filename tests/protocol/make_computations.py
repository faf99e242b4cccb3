#!/usr/bin/env python3
"""Writes protocol/vectors/computations.json from WIRE.md alone.

A second implementation on Python's hashlib and cryptography, so that the C++ and TypeScript ends are not checked
against themselves. Run it after a change of WIRE.md, never to make a red test green.
"""

import base64
import hashlib
import hmac
import json
import pathlib
from urllib.parse import quote

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

OUTPUT = pathlib.Path(__file__).resolve().parents[2] / "protocol" / "vectors" / "computations.json"
CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def purpose(name):
    return b"doorward/" + name.encode() + b"/1\0"


def digest(name, *parts):
    return hashlib.sha256(purpose(name) + b"".join(parts)).digest()


def hkdf(key_material, info):
    extracted = hmac.new(bytes(32), key_material, hashlib.sha256).digest()
    return hmac.new(extracted, info + b"\x01", hashlib.sha256).digest()


def uuid(number):
    tail = hashlib.sha256(b"id %d" % number).digest()
    raw = bytearray((0x019AA0000000 + number).to_bytes(6, "big") + tail[:10])
    raw[6] = 0x70 | raw[6] & 0x0F
    raw[8] = 0x80 | raw[8] & 0x3F
    return bytes(raw)


def id_text(raw):
    text = raw.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def private_bytes(label):
    return hashlib.sha256(b"doorward test key " + label.encode()).digest()


def x25519(label):
    key = X25519PrivateKey.from_private_bytes(private_bytes(label))
    return key, key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def key_id(device_public, phone_public):
    hashed = digest("key-id", device_public, phone_public)
    bits = int.from_bytes(hashed[:2], "big") >> 6
    return CROCKFORD[bits >> 5] + CROCKFORD[bits & 31]


def serial4(value):
    return value.to_bytes(4, "big")


TEAM, TENANT, DEVICE, TECHNICIAN, PAIRING, CHANGE = (uuid(number) for number in range(1, 7))
SECRET, NONCE = private_bytes("link secret"), private_bytes("nonce")
REQUEST = '{"version":1,"id":"' + id_text(uuid(7)) + '","note":"any bytes will do: \u00fc"}'


def challenges():
    cases = []
    for number in (10, 42, 99):
        cases.append(("sign_in_challenge", {"request_body": REQUEST, "number": number},
                      b64(digest("sign-in", REQUEST.encode(), str(number).encode()))))
    cases.append(("pair_challenge",
                  {"pairing_id": id_text(PAIRING), "technician_id": id_text(TECHNICIAN), "secret": b64(SECRET)},
                  b64(digest("pair", PAIRING, TECHNICIAN, SECRET))))
    cases.append(("app_session_challenge", {"nonce": b64(NONCE)}, b64(digest("app-session", NONCE))))
    cases.append(("admin_session_challenge", {"nonce": b64(NONCE)}, b64(digest("admin-session", NONCE))))
    cases.append(("admin_register_challenge", {"technician_id": id_text(TECHNICIAN), "nonce": b64(NONCE)},
                  b64(digest("admin-register", TECHNICIAN, NONCE))))
    change = '{"version":1,"kind":"right","name":"\u65e5\u672c"}'
    cases.append(("change_challenge", {"change_id": id_text(CHANGE), "change_body": change},
                  b64(digest("change", CHANGE, change.encode()))))
    _, phone_public = x25519("phone 1")
    for serial in (1, 2, 0x01020304, 0xFFFFFFFF):
        binding = {"team_id": id_text(TEAM), "technician_id": id_text(TECHNICIAN), "serial": serial}
        cases.append(("agreement_key_challenge", binding | {"agreement_key": b64(phone_public)},
                      b64(digest("agreement-key", TEAM, TECHNICIAN, phone_public, serial4(serial)))))
        cases.append(("phone_agreement_prf_input", binding,
                      b64(digest("phone-agreement", TEAM, TECHNICIAN, serial4(serial)))))
        output = private_bytes("prf output")
        private = hkdf(output, purpose("phone-agreement") + TEAM + TECHNICIAN + serial4(serial))
        public = X25519PrivateKey.from_private_bytes(private).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        cases.append(("phone_agreement_key", binding | {"prf_output": b64(output)},
                      {"private_key": b64(private), "public_key": b64(public)}))
    return cases


def offline():
    cases = []
    for number in range(1, 6):
        device, device_public = x25519("device %d" % number)
        phone, phone_public = x25519("phone %d" % number)
        shared = device.exchange(X25519PublicKey.from_public_bytes(phone_public))
        tenant = uuid(100 + number)
        context = tenant + device_public + phone_public
        cases.append(("offline_secrets",
                      {"tenant_id": id_text(tenant),
                       "device_private_key": b64(private_bytes("device %d" % number)),
                       "device_public_key": b64(device_public),
                       "phone_private_key": b64(private_bytes("phone %d" % number)),
                       "phone_public_key": b64(phone_public)},
                      {"totp": b64(hkdf(shared, purpose("offline-totp") + context)),
                       "challenge": b64(hkdf(shared, purpose("offline-challenge") + context))}))
        cases.append(("key_label",
                      {"device_name": "W%d-L" % number, "device_public_key": b64(device_public),
                       "phone_public_key": b64(phone_public)},
                      "W%d-L\u00b7%s" % (number, key_id(device_public, phone_public))))
    return cases


def totp():
    key = private_bytes("totp secret")
    cases = []
    for seconds in (0, 59, 1111111109, 1763757885, 20000000000):
        mac = hmac.new(key, (seconds // 30).to_bytes(8, "big"), hashlib.sha256).digest()
        at = mac[-1] & 15
        code = (int.from_bytes(mac[at:at + 4], "big") & 0x7FFFFFFF) % 10**8
        cases.append(("offline_code", {"totp_secret": b64(key), "unix_seconds": seconds}, "%08d" % code))
    suite = b"OCRA-1:HOTP-SHA256-8:QN08"
    for question in ("00000000", "12345678", "99999999", "00000042"):
        number = "%x" % int(question)
        padded = bytes.fromhex(number.ljust(256, "0"))
        mac = hmac.new(key, suite + b"\0" + padded, hashlib.sha256).digest()
        at = mac[-1] & 15
        code = (int.from_bytes(mac[at:at + 4], "big") & 0x7FFFFFFF) % 10**8
        cases.append(("challenge_answer", {"challenge_secret": b64(key), "question": question}, "%08d" % code))
    return cases


def hpke_seal(label, recipient_public, info, plaintext):
    """RFC 9180: base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, no associated data."""
    ephemeral, encapsulated = x25519(label)
    kem, suite = b"KEM\0\x20", b"HPKE\0\x20\0\1\0\1"

    def extract(salt, name, key_material, of=suite):
        return hmac.new(salt or bytes(32), b"HPKE-v1" + of + name + key_material, hashlib.sha256).digest()

    def expand(key, name, context, size, of=suite):
        message = size.to_bytes(2, "big") + b"HPKE-v1" + of + name + context + b"\1"
        return hmac.new(key, message, hashlib.sha256).digest()[:size]

    agreed = ephemeral.exchange(X25519PublicKey.from_public_bytes(recipient_public))
    shared = expand(extract(b"", b"eae_prk", agreed, kem), b"shared_secret", encapsulated + recipient_public, 32, kem)
    context = b"\0" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", info)
    secret = extract(shared, b"secret", b"")
    key, nonce = expand(secret, b"key", context, 16), expand(secret, b"base_nonce", context, 12)
    return encapsulated + AESGCM(key).encrypt(nonce, plaintext, b"")


def tenant_codes():
    secret = private_bytes("tenant secret")[:20]
    tenant, name = uuid(120), uuid(121)
    cases = []
    for number in range(1, 4):
        _, phone_public = x25519("phone %d" % number)
        given = {"tenant_id": id_text(tenant), "secret_id": id_text(name),
                 "private_key": b64(private_bytes("phone %d" % number))}
        sealed = hpke_seal("ephemeral %d" % number, phone_public, purpose("tenant-code") + tenant + name, secret)
        cases.append(("tenant_secret", given | {"sealed": b64(sealed)}, b64(secret)))
        for changed in (sealed[:-1] + bytes([sealed[-1] ^ 1]), sealed[:-1], bytes([sealed[0] ^ 1]) + sealed[1:], bytes(68), b""):
            cases.append(("tenant_secret", given | {"sealed": b64(changed)}, None))
        cases.append(("tenant_secret", given | {"sealed": b64(sealed), "tenant_id": id_text(uuid(122))}, None))
        cases.append(("tenant_secret", given | {"sealed": b64(sealed), "secret_id": id_text(uuid(122))}, None))
        cases.append(("tenant_secret", given | {"sealed": b64(sealed), "private_key": b64(private_bytes("phone 9"))}, None))
    for number in (121, 122, 123):
        named = digest("tenant-code-name", tenant, uuid(number))
        bits = int.from_bytes(named[:2], "big") >> 6
        cases.append(("tenant_key_id", {"tenant_id": id_text(tenant), "secret_id": id_text(uuid(number))},
                      CROCKFORD[bits >> 5] + CROCKFORD[bits & 31]))
    for seconds in (0, 59, 1111111109, 1763757885, 20000000000):
        mac = hmac.new(secret, (seconds // 30).to_bytes(8, "big"), hashlib.sha1).digest()
        at = mac[-1] & 15
        code = (int.from_bytes(mac[at:at + 4], "big") & 0x7FFFFFFF) % 10**6
        cases.append(("tenant_code", {"secret": b64(secret), "unix_seconds": seconds}, "%06d" % code))
    for team, customer in (("Example MSP", "Customer-1"), ("M\u00fcller & Co", "A/B: 100 %?")):
        named = digest("tenant-code-name", tenant, name)
        bits = int.from_bytes(named[:2], "big") >> 6
        label = customer + "\u00b7" + CROCKFORD[bits >> 5] + CROCKFORD[bits & 31]
        issuer = quote(team, safe="")
        cases.append(("otpauth_uri", {"team_name": team, "tenant_name": customer, "tenant_id": id_text(tenant),
                                      "secret_id": id_text(name), "secret": b64(secret)},
                      "otpauth://totp/" + issuer + ":" + quote(label, safe="") + "?secret="
                      + base64.b32encode(secret).decode().rstrip("=") + "&issuer=" + issuer
                      + "&algorithm=SHA1&digits=6&period=30"))
    return cases


def hashes():
    cases = []
    documents = [
        {"id": "technician/" + id_text(uuid(11)), "body": "{}"},
        {"id": "team/" + id_text(uuid(12)), "body": '{"a": 1}'},
        {"id": "right/" + id_text(uuid(14)), "body": "\u00e9"},
        {"id": "right/" + id_text(uuid(13)), "body": ""},
        {"id": "device_group/" + id_text(uuid(15)), "body": "g"},
        {"id": "device/" + id_text(uuid(16)), "body": "d"},
    ]
    for count in (0, 1, len(documents)):
        chosen = documents[:count]
        parts = b"".join(document["id"].encode() + b"\0" + hashlib.sha256(document["body"].encode()).digest()
                         for document in sorted(chosen, key=lambda document: document["id"].encode()))
        cases.append(("roster_state_hash", {"documents": chosen}, b64(digest("roster-state", parts))))
    body = '{"version":1,"sequence":1}'
    cases.append(("audit_event_hash", {"body": body}, b64(digest("audit-event", body.encode()))))
    for received_at in (0, 1795292685123):
        leaf = hashlib.sha256(b"\0" + received_at.to_bytes(8, "big") + digest("audit-event", body.encode())).digest()
        cases.append(("log_leaf", {"received_at": received_at, "event_hash": b64(digest("audit-event", body.encode()))},
                      b64(leaf)))
    cases.append(("enrolment_secret_hash", {"secret": b64(SECRET)}, b64(digest("enrolment-token", SECRET))))
    cases.append(("pairing_link", {"app_origin": "https://app.example.com", "secret": b64(SECRET)},
                  "https://app.example.com/pair#" + b64(SECRET)))
    return cases


def tokens():
    portal_key = Ed25519PrivateKey.from_private_bytes(private_bytes("portal")).public_key().public_bytes(
        Encoding.Raw, PublicFormat.Raw)
    start = "dwe1:app.example.com:443:"
    keys = b64(portal_key + SECRET)
    parsed = {"app_host": "app.example.com", "port": 443, "portal_key": b64(portal_key), "secret": b64(SECRET)}
    cases = [("enrolment_token", {"text": start + keys}, parsed),
             ("enrolment_token", {"text": "dwe1:app.localhost:8444:" + keys},
              parsed | {"app_host": "app.localhost", "port": 8444})]
    bad = {
        "another version": "dwe2:app.example.com:443:" + keys,
        "no port": "dwe1:app.example.com:" + keys,
        "port 0": "dwe1:app.example.com:0:" + keys,
        "port with a leading zero": "dwe1:app.example.com:0443:" + keys,
        "port too large": "dwe1:app.example.com:65536:" + keys,
        "signed port": "dwe1:app.example.com:+443:" + keys,
        "upper-case host": "dwe1:App.example.com:443:" + keys,
        "empty host": "dwe1::443:" + keys,
        "padding": start + keys + "==",
        "a byte short": start + b64((portal_key + SECRET)[:-1]),
        "a byte long": start + b64(portal_key + SECRET + b"\0"),
        "stray bits": start + keys[:-1] + chr(ord(keys[-1]) + 1),
        "a line end": start + keys + "\n",
        "a space before": " " + start + keys,
        "empty": "",
    }
    return cases + [("enrolment_token", {"text": text, "name": name}, None) for name, text in bad.items()]


def signatures():
    key = Ed25519PrivateKey.from_private_bytes(private_bytes("device signing"))
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    cases = []
    for name in ("sign-in-request", "roster-head", "audit-head", "log-head", "channel-device", "channel-portal", "enrol"):
        cases.append(("signature", {"purpose": "doorward/%s/1" % name, "body": REQUEST,
                                    "seed": b64(private_bytes("device signing")), "public_key": b64(public)},
                      b64(key.sign(purpose(name) + REQUEST.encode()))))
    return cases


def times():
    cases = []
    for milliseconds, text in ((0, "1970-01-01T00:00:00.000Z"), (951782400000, "2000-02-29T00:00:00.000Z"),
                               (1795292685123, "2026-11-21T20:24:45.123Z"),
                               (253402300799999, "9999-12-31T23:59:59.999Z")):
        cases.append(("time", {"text": text}, milliseconds))
    for text in ("2026-11-21T20:24:45Z", "2026-11-21T20:24:45.12Z", "2026-11-21t20:24:45.123Z",
                 "2026-11-21T20:24:45.123z", "2026-11-21T20:24:45.123+00:00", "2026-02-29T00:00:00.000Z",
                 "2026-13-01T00:00:00.000Z", "2026-00-01T00:00:00.000Z", "2026-01-00T00:00:00.000Z",
                 "2026-11-21T24:00:00.000Z", "2026-11-21T23:59:60.000Z", "2026-11-21T20:60:00.000Z",
                 "1969-12-31T23:59:59.999Z", " 2026-11-21T20:24:45.123Z", "2026-11-21T20:24:45.1234Z", ""):
        cases.append(("time", {"text": text}, None))
    for milliseconds, offset, minute in ((0, 0, 4320), (0, -4320, 0), (0, -4321, 10079), (345600000, 0, 0),
                                         (345599999, 0, 10079), (1795292685123, 60, 5 * 1440 + 21 * 60 + 24)):
        cases.append(("local_minute_of_week", {"time": milliseconds, "offset_minutes": offset}, minute))
    return cases


def main():
    cases = [{"computation": computation, "input": given, "output": output}
             for group in (challenges, offline, totp, tenant_codes, hashes, tokens, signatures, times)
             for computation, given, output in group()]
    OUTPUT.write_text(json.dumps({"cases": cases}, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
