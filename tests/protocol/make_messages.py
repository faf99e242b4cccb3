#!/usr/bin/env python3
"""Writes protocol/vectors/messages/*.json: each message once right, and once for each way to be wrong.

What is right stands below as it is in WIRE.md; the wrong ones are made from it by breaking one thing at a time.
"""

import copy
import json
import pathlib

from make_computations import b64, id_text, private_bytes, uuid

OUTPUT = pathlib.Path(__file__).resolve().parents[2] / "protocol" / "vectors" / "messages"


def compact(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def ident(number):
    return id_text(uuid(number))


def key(label):
    return b64(private_bytes(label))


def body(text="{}"):
    return b64(text.encode())


ENVELOPE = {"body": body('{"version":1}'), "signature": b64(private_bytes("s1") + private_bytes("s2"))}
ASSERTION = {"credential_id": key("credential"), "authenticator_data": b64(bytes(37)),
             "client_data_json": body('{"type":"webauthn.get"}'), "signature": b64(bytes(70))}
PHONE = {"id": ident(30), "serial": 1, "credential_id": key("credential"), "algorithm": "es256",
         "public_key": b64(private_bytes("x") + private_bytes("y")), "agreement_key": key("phone agreement"),
         "proof": {name: ASSERTION[name] for name in ("authenticator_data", "client_data_json", "signature")},
         "strength": "device_bound"}
TIME = 1795292685123

REMOVAL = {"version": 1, "team_id": ident(1), "tenant_id": ident(2), "device_id": ident(3), "host_name": "w11-l",
           "agent_version": "0.1.0", "at": TIME, "clock_trusted": True, "forced": False,
           "chain": {"sequence": 9, "hash": key("head")},
           "items": [{"part": "account", "name": "msp-nik", "fate": "removed", "note": None},
                     {"part": "home", "name": "/home/msp-nik", "fate": "kept", "note": "/home/.doorward-kept/msp-nik"},
                     {"part": "pam", "name": "/etc/pam.d/sshd", "fate": "remained", "note": "still_there"}], "more": 0}


class Wrong:
    """A message with one thing wrong: where, and what is then reported."""

    def __init__(self, name, path, value, kind="bad_value", at=None):
        self.name, self.path, self.value, self.kind, self.at = name, path, value, kind, at or path


def document(kind, members, number=50):
    return {"version": 1, "id": kind + "/" + ident(number)} | members


def name_cases(path="/name"):
    return [Wrong("empty name", path, ""), Wrong("name with a line end", path, "a\nb"),
            Wrong("name with a C1 control", path, "a\u0085b"), Wrong("name with a bidirectional override", path, "a\u202eb"),
            Wrong("name with an isolate", path, "a\u2066b"), Wrong("name with a space before", path, " a"),
            Wrong("name with a no-break space behind", path, "a\u00a0"), Wrong("name of 121", path, "\U0001f600" * 121)]


POLICY = document("policy", {
    "name": "Office hours", "description": "", "kind": "any", "state": "active",
    "devices": {"all": False, "device_ids": [ident(60)], "group_ids": [ident(61), ident(62)]},
    "subjects": {"all": False, "directory_imported": True, "technician_ids": [ident(63)], "department_ids": []},
    "conditions": {"time_windows": [{"from_minute": 480, "to_minute": 1080}, {"from_minute": 1920, "to_minute": 10080}],
                   "ticket_required": True, "ticket_pattern": "INC#*", "reason_required": False, "approver_ids": [ident(64)],
                   "longest_session_minutes": 60, "end_behaviour": "end_session"},
    "valid_from": None, "valid_until": TIME})

EVENT = {"version": 1, "id": ident(70), "sequence": 2, "previous_hash": key("previous"), "at": TIME, "clock_trusted": True,
         "kind": "sign_in_offline", "outcome": "refused", "reason": "code_wrong", "tenant_id": ident(2), "device_id": ident(3),
         "technician_id": ident(4), "account": "msp-nik", "session_id": None, "request_id": None, "service": "sshd",
         "terminal": "ssh", "remote_host": "192.0.2.7", "ticket": None, "stated_reason": None, "count": 1, "duration_ms": None, "code_use": None}

PORTAL_EVENT = {"version": 1, "id": ident(70), "sequence": 3, "previous_hash": key("previous"), "at": TIME, "kind": "right_granted",
                "outcome": "success", "reason": None, "team_id": ident(1), "actor_id": ident(4), "technician_id": ident(5),
                "tenant_id": ident(2), "device_id": None, "request_id": None, "remote_host": "192.0.2.7",
                "subject_kind": "right", "subject_id": ident(9), "subject_name": "Full device access"}

LOG_HEAD = {"version": 1, "team_id": ident(1), "tenant_id": ident(2), "incarnation": ident(8), "size": 9,
            "root_hash": key("root"), "at": TIME}

REQUEST = {"version": 1, "id": ident(7), "team_id": ident(1), "tenant_id": ident(2), "device_id": ident(3),
           "technician_id": ident(4), "tenant_name": "M\u00fcller & S\u00f6hne", "device_name": "W11-L", "account": "msp-nik",
           "service": "sshd", "terminal": "", "remote_host": "192.0.2.7", "reason": "Printer \"HP\" \\ \u65e5\u672c", "ticket": None,
           "nonce": b64(bytes(range(16))), "issued_at": TIME, "expires_at": TIME + 60000}

MESSAGES = {
    "envelope": ([ENVELOPE], [
        Wrong("padding", "/body", body('{"version":1}') + "="), Wrong("standard alphabet", "/body", "+/+/"),
        Wrong("stray bits", "/body", "ab"), Wrong("white space", "/body", "e30\n"), Wrong("impossible length", "/body", "e30ab"),
        Wrong("short signature", "/signature", b64(bytes(63)), "out_of_range"),
        Wrong("long signature", "/signature", b64(bytes(65)), "out_of_range"),
        Wrong("long body", "/body", b64(bytes(64 * 1024 + 1)), "out_of_range")]),
    "sign_in_request": ([REQUEST, REQUEST | {"reason": None, "ticket": "INC0012345"}], name_cases("/tenant_name") + [
        Wrong("a terminal escape in the reason", "/reason", "\x1b[2J"), Wrong("a C1 control in the ticket", "/ticket", "a\x9bm"),
        Wrong("a ticket of 256", "/ticket", "a" * 256),
        Wrong("another version", "/version", 2), Wrong("upper-case id", "/id", ident(7).upper()),
        Wrong("another UUID version", "/id", ident(7)[:14] + "4" + ident(7)[15:]),
        Wrong("another UUID variant", "/id", ident(7)[:19] + "c" + ident(7)[20:]),
        Wrong("braced id", "/id", "{" + ident(7) + "}"), Wrong("account of upper case", "/account", "MSP-nik"),
        Wrong("account of 32", "/account", "a" * 32), Wrong("account with a colon", "/account", "a:b"),
        Wrong("lives too long", "/expires_at", TIME + 60001, "out_of_range"),
        Wrong("expires when issued", "/expires_at", TIME, "out_of_range"),
        Wrong("time before 1970", "/issued_at", -1, "out_of_range"),
        Wrong("reason of 501", "/reason", "r" * 501), Wrong("empty reason", "/reason", ""),
        Wrong("terminal of 256", "/terminal", "t" * 256), Wrong("terminal with an escape", "/terminal", "a\u001b[2J")]),
    "roster_head": ([{"version": 1, "team_id": ident(1), "tenant_id": ident(2), "device_id": ident(3), "incarnation": ident(8),
                      "revision": 7, "state_hash": key("state"), "issued_at": TIME, "offline_until": TIME + 1,
                      "next_portal_key": key("next")}], [
        Wrong("revision 0", "/revision", 0, "out_of_range"), Wrong("short hash", "/state_hash", b64(bytes(31)), "out_of_range")]),
    "hello_body": ([{"version": 1, "role": "device", "device_id": ident(3), "signing_key": key("signing"),
                     "device_nonce": key("dn"), "portal_nonce": key("pn"), "channel_binding": key("cb"),
                     "agent_version": "0.1.0", "incarnation": None, "revision": 0, "generation": 3, "last_nonce": None,
                     "machine": None},
                    {"version": 1, "role": "device", "device_id": ident(3), "signing_key": key("signing"),
                     "device_nonce": key("dn"), "portal_nonce": key("pn"), "channel_binding": key("cb"),
                     "agent_version": "0.1.0", "incarnation": ident(8), "revision": 7, "generation": 3,
                     "last_nonce": key("last"), "machine": key("machine")}],
                   [Wrong("short last nonce", "/last_nonce", b64(bytes(31)), "out_of_range"), Wrong("the other role", "/role", "portal"), Wrong("negative", "/revision", -1, "out_of_range")]),
    "welcome_body": ([{"version": 1, "role": "portal", "device_nonce": key("dn"), "portal_nonce": key("pn"),
                       "channel_binding": key("cb"), "time": TIME, "incarnation": ident(8), "quarantine": None,
                       "chain": None},
                      {"version": 1, "role": "portal", "device_nonce": key("dn"), "portal_nonce": key("pn"),
                       "channel_binding": key("cb"), "time": TIME, "incarnation": ident(8), "quarantine": "second_machine",
                       "chain": None},
                      {"version": 1, "role": "portal", "device_nonce": key("dn"), "portal_nonce": key("pn"),
                       "channel_binding": key("cb"), "time": TIME, "incarnation": ident(8), "quarantine": None,
                       "chain": {"sequence": 12, "hash": key("held")}}],
                     [Wrong("another reason", "/quarantine", "bad"), Wrong("chain as a number", "/chain", 12, "wrong_type"), Wrong("the other role", "/role", "device"),
                      Wrong("after 9999", "/time", 253402300800000, "out_of_range")]),
    "enrol_body": ([{"version": 1, "token_hash": key("token"), "signing_key": key("signing"), "agreement_key": key("agreement"),
                     "name": "W11-L", "operating_system": "Debian GNU/Linux 12", "kind": "non_domain",
                     "channel_binding": key("cb")}],
                   name_cases() + [Wrong("another kind", "/kind", "any")]),
    "audit_event": ([EVENT, EVENT | {"sequence": 1, "previous_hash": b64(bytes(32)), "duration_ms": 5, "session_id": ident(9)},
                     EVENT | {"code_use": {"secret_id": ident(67), "step": 59843089}},
                     EVENT | {"outcome": "success", "reason": None, "ticket": "INC0012345", "stated_reason": "Printer \"HP\" \\ \u65e5\u672c"}], [
        Wrong("a terminal escape in the reason", "/stated_reason", "\x1b]0;x\x07"), Wrong("a C1 control in the reason", "/stated_reason", "a\x9bm"),
        Wrong("an override in the reason", "/stated_reason", "a\u202eb"), Wrong("an empty reason", "/stated_reason", ""),
        Wrong("a reason of 501", "/stated_reason", "a" * 501), Wrong("a line feed in the ticket", "/ticket", "a\nb"),
        Wrong("a step before 1970", "/code_use", {"secret_id": ident(67), "step": -1}, "out_of_range", at="/code_use/step"),
        Wrong("no id of a secret", "/code_use", {"secret_id": "x", "step": 1}, at="/code_use/secret_id"),
        Wrong("sequence 0", "/sequence", 0, "out_of_range"), Wrong("free text as reason", "/reason", "Code was wrong"),
        Wrong("first with a previous hash", "/sequence", 1, at="/previous_hash"),
        Wrong("later without one", "/previous_hash", b64(bytes(32))), Wrong("count 0", "/count", 0, "out_of_range"),
        Wrong("another kind", "/kind", "coffee"), Wrong("another outcome", "/outcome", "ok")]),
    "audit_head": ([{"version": 1, "device_id": ident(3), "sequence": 9, "hash": key("head"), "at": TIME}], []),
    "log_head": ([LOG_HEAD, LOG_HEAD | {"tenant_id": None, "size": 0}], [
        Wrong("another version", "/version", 2), Wrong("negative size", "/size", -1, "out_of_range"),
        Wrong("short root", "/root_hash", b64(bytes(31)), "out_of_range")]),
    "removal": ([REMOVAL, REMOVAL | {"items": [], "forced": True}], [
        Wrong("another version", "/version", 2), Wrong("another part", "/items/0/part", "user"),
        Wrong("another fate", "/items/0/fate", "gone"), Wrong("remained without a reason", "/items/1/note", None),
        Wrong("removed with a word", "/items/0/note", "why"), Wrong("item without a name", "/items/0/name", ""),
        Wrong("201 items", "/items", [REMOVAL["items"][0]] * 201, "out_of_range"),
        Wrong("short hash", "/chain/hash", b64(bytes(31)), "out_of_range"),
        Wrong("another kind of flag", "/forced", 1, "wrong_type")]),
    "portal_event": ([PORTAL_EVENT, PORTAL_EVENT | {
        "sequence": 1, "previous_hash": b64(bytes(32)), "tenant_id": None, "subject_id": None, "reason": "no_right"}], [
        Wrong("sequence 0", "/sequence", 0, "out_of_range"), Wrong("first with a previous hash", "/sequence", 1, at="/previous_hash"),
        Wrong("later without one", "/previous_hash", b64(bytes(32))), Wrong("kind in free text", "/kind", "Right granted"),
        Wrong("another outcome", "/outcome", "ok"), Wrong("subject that is no id", "/subject_id", "nik")]),
    "export_line": ([
        {"type": "export", "version": 1, "team_id": ident(1), "tenant_id": None, "portal_key": key("portal"), "at": TIME},
        {"type": "log", "head": ENVELOPE},
        {"type": "device", "device_id": ident(3), "tenant_id": ident(2), "signing_key": key("signing"), "head": ENVELOPE},
        {"type": "end", "events": 2}], [
        Wrong("another version", "/version", 2), Wrong("another type", "/type", "events"),
        Wrong("short key", "/portal_key", b64(bytes(31)), "out_of_range")]),
    "device_message": ([
        {"type": "hello", "device_id": None, "envelope": ENVELOPE}, {"type": "enrol", "envelope": ENVELOPE},
        {"type": "applied", "incarnation": ident(8), "revision": 7},
        {"type": "out_of_step", "incarnation": None, "revision": 0, "reason": "hash"},
        {"type": "sign_in_request", "envelope": ENVELOPE}, {"type": "sign_in_cancel", "request_id": ident(7)},
        {"type": "audit", "events": [body(), body('{"a":1}')], "head": ENVELOPE},
        {"type": "status", "generation": 4, "clock_trusted": True, "clock_drift_ms": -1500, "offline_until": TIME,
         "sessions": 1, "accounts": [{"name": "msp-nik", "state": "open"}], "agent_version": "0.1.0",
         "key_place": "tpm2"},
        {"type": "status", "generation": 0, "clock_trusted": False, "clock_drift_ms": None, "offline_until": None,
         "sessions": 0, "accounts": [], "agent_version": "0.1.0", "key_place": None},
        {"type": "log_head_request", "held_size": 4711}, {"type": "break_glass_code", "envelope": ENVELOPE},
        {"type": "removal", "envelope": ENVELOPE}], [
        Wrong("another type", "/type", "challenge"), Wrong("type in capitals", "/type", "HELLO")]),
    "portal_message": ([
        {"type": "challenge", "nonce": key("nonce")}, {"type": "welcome", "envelope": ENVELOPE},
        {"type": "goodbye", "reason": "superseded"},
        {"type": "enrolled", "device_id": ident(3), "team_id": ident(1), "tenant_id": ident(2)},
        {"type": "enrol_refused", "reason": "name_taken"},
        {"type": "sync", "from_revision": 6, "full": False, "more": False,
         "documents": [{"id": "team/" + ident(1), "body": body()}], "removed": ["right/" + ident(9)], "head": ENVELOPE},
        {"type": "sign_in_state", "request_id": ident(7), "state": "delivered"},
        {"type": "sign_in_answer", "request_id": ident(7), "phone_id": ident(30), "assertion": ASSERTION},
        {"type": "audit_ack", "sequence": 12},
        {"type": "log_head", "head": ENVELOPE, "held_size": 6, "proof": [key("p1"), key("p2")]},
        {"type": "break_glass_order", "envelope": ENVELOPE}, {"type": "removal_taken"}], [Wrong("another type", "/type", "hello")]),
    "pairing_look_up": ([{"secret": key("secret")}], [Wrong("short secret", "/secret", b64(bytes(31)), "out_of_range")]),
    "pairing_complete": ([{"secret": key("secret"), "registration": {
        "credential_id": key("credential"), "client_data_json": body('{"type":"webauthn.create"}'),
        "attestation_object": b64(bytes(200))}, "agreement_key": key("phone agreement"), "proof": ASSERTION, "prf": True,
        "label": "Nik's phone"}], name_cases("/label")),
    "open_app_session": ([{"nonce": key("nonce"), "assertion": ASSERTION}], []),
    "sign_in_answer": ([{"decision": "approve", "assertion": ASSERTION}, {"decision": "not_me", "assertion": None}], [
        Wrong("approval without an assertion", "/assertion", None), Wrong("refusal with one", "/decision", "refuse", at="/assertion"),
        Wrong("another decision", "/decision", "yes")]),
    "push_subscription": ([{"endpoint": "https://push.example.com/a?b=c", "p256dh": b64(b"\4" + bytes(64)),
                            "auth": b64(bytes(16))}], [
        Wrong("plain http", "/endpoint", "http://push.example.com/"), Wrong("a line end", "/endpoint", "https://a/\n"),
        Wrong("compressed point", "/p256dh", b64(b"\2" + bytes(64))),
        Wrong("endpoint of 2049", "/endpoint", "https://" + "a" * 2041)]),
    "activity_report": ([{"events": [{"id": ident(71), "kind": "code_read", "device_id": ident(3), "step": 59843089,
                                      "at": "2026-11-21T20:24:45.123Z"}]}], [
        Wrong("no events", "/events", [], "out_of_range"), Wrong("time without milliseconds", "/events/0/at", "2026-11-21T20:24:45Z"),
        Wrong("another kind", "/events/0/kind", "code_wrong")]),
    "team": ([document("team", {"name": "Example MSP", "suspended": False, "app_rp_id": "app.example.com",
                                "app_origin": "https://app.example.com"})], name_cases() + [
        Wrong("another document's id", "/id", "team/" + ident(51)), Wrong("another kind's id", "/id", "tenant/" + ident(50)),
        Wrong("bare id", "/id", ident(50)), Wrong("plain http", "/app_origin", "http://app.example.com"),
        Wrong("origin with a path", "/app_origin", "https://app.example.com/"),
        Wrong("origin with the default port", "/app_origin", "https://app.example.com:443")]),
    "tenant": ([document("tenant", {"team_id": ident(1), "name": "Customer", "suspended": False, "account_mode": "shared",
                                    "shared_account": "msp-2356", "code_scheme": "per_tenant", "offline_days": 14,
                                    "longest_session_minutes": 480, "sudo_asks": "every_time", "homes": "fresh"})], [
        Wrong("shared without an account", "/shared_account", None), Wrong("no offline days", "/offline_days", 0, "out_of_range"),
        Wrong("91 offline days", "/offline_days", 91, "out_of_range"),
        Wrong("a day and a minute", "/longest_session_minutes", 1441, "out_of_range"),
        Wrong("another mode", "/account_mode", "both"), Wrong("another scheme", "/code_scheme", "per-machine"),
        Wrong("homes for a while", "/homes", "sometimes")]),
    "device": ([document("device", {"tenant_id": ident(2), "name": "W11-L", "kind": "domain", "signing_key": key("signing"),
                                    "agreement_key": key("agreement"), "suspended": False, "group_ids": [ident(61), ident(62)]})], [
        Wrong("a group twice", "/group_ids", [ident(61), ident(61)]), Wrong("another kind", "/kind", "any"),
        Wrong("broken group id", "/group_ids/1", "x")]),
    "device_codes": ([document("device_codes", {"secrets": [
        {"id": ident(67), "ends_at": None, "sealed": b64(bytes(68))},
        {"id": ident(68), "ends_at": TIME, "sealed": b64(bytes(range(68)))}]})], [
        Wrong("no secrets", "/secrets", [], "out_of_range"),
        Wrong("three secrets", "/secrets", [{"id": ident(n), "ends_at": None, "sealed": b64(bytes(68))} for n in (67, 68, 69)], "out_of_range"),
        Wrong("a secret twice", "/secrets", [{"id": ident(67), "ends_at": None, "sealed": b64(bytes(68))}] * 2),
        Wrong("a byte too few", "/secrets/0/sealed", b64(bytes(67)), "out_of_range"),
        Wrong("a byte too many", "/secrets/1/sealed", b64(bytes(69)), "out_of_range"),
        Wrong("no id of a secret", "/secrets/0/id", "x")]),
    "device_group": ([document("device_group", {"name": "Servers"})], []),
    "department": ([document("department", {"name": "Field service"})], []),
    "technician": ([document("technician", {
        "name": "Nik", "username": "nik", "account": "msp-nik", "state": "activated", "status": "active",
        "department_ids": [ident(65)], "directory_imported": False,
        "phones": [PHONE, PHONE | {"id": ident(31), "serial": 4294967295, "credential_id": "AA", "algorithm": "eddsa",
                                   "public_key": key("x"), "strength": "without_prf"}]})], [
        Wrong("three phones", "/phones", [PHONE, PHONE, PHONE], "out_of_range"),
        Wrong("the same phone twice", "/phones", [PHONE, PHONE]),
        Wrong("serial 0", "/phones/0/serial", 0, "out_of_range"),
        Wrong("serial too large", "/phones/0/serial", 4294967296, "out_of_range"),
        Wrong("a key of the other algorithm", "/phones/0/public_key", key("x"), "out_of_range"),
        Wrong("another algorithm", "/phones/0/algorithm", "rs256"),
        Wrong("empty credential id", "/phones/0/credential_id", "", "out_of_range"),
        Wrong("an account of somebody else", "/account", "msp-ana"), Wrong("username with a dot", "/username", "n.k"),
        Wrong("username of 21", "/username", "n" * 21)]),
    "role": ([document("role", {"name": "Full device access", "purpose": "devices", "system": True,
                                "permissions": ["reboot", "technician_sign_in"]})], [
        Wrong("permissions out of order", "/permissions", ["technician_sign_in", "reboot"]),
        Wrong("a permission twice", "/permissions", ["reboot", "reboot"]),
        Wrong("a permission that is no word", "/permissions/0", "Re boot"), Wrong("another purpose", "/purpose", "device")]),
    "right": ([document("right", {"subject": {"kind": "technician", "id": ident(4)},
                                  "object": {"kind": "device", "id": ident(3), "section": None}, "role_id": ident(66),
                                  "valid_from": TIME, "valid_until": None}),
               document("right", {"subject": {"kind": "everyone", "id": None},
                                  "object": {"kind": "section", "id": None, "section": "team"}, "role_id": ident(66),
                                  "valid_from": None, "valid_until": None}),
               document("right", {"subject": {"kind": "department", "id": ident(65)},
                                  "object": {"kind": "all_devices", "id": None, "section": None}, "role_id": ident(66),
                                  "valid_from": None, "valid_until": TIME})], [
        Wrong("another subject", "/subject/kind", "team"), Wrong("another object", "/object/kind", "devices"),
        Wrong("everyone with an id", "/subject/kind", "everyone", at="/subject/id"),
        Wrong("nobody in particular", "/subject/id", None, "wrong_type"),
        Wrong("a device and a section", "/object/section", "team"),
        Wrong("all devices with an id", "/object/kind", "all_devices", at="/object/id")]),
    "policy": ([POLICY], [
        Wrong("window that ends before it starts", "/conditions/time_windows/0/to_minute", 480, "out_of_range"),
        Wrong("window beyond the week", "/conditions/time_windows/1/to_minute", 10081, "out_of_range"),
        Wrong("window before the week", "/conditions/time_windows/0/from_minute", -1, "out_of_range"),
        Wrong("pattern of other scripts", "/conditions/ticket_pattern", "\u0130NC"),
        Wrong("empty pattern", "/conditions/ticket_pattern", ""), Wrong("another kind", "/kind", "all"),
        Wrong("another state", "/state", "approved"), Wrong("a device twice", "/devices/device_ids", [ident(60)] * 2),
        Wrong("no minutes", "/conditions/longest_session_minutes", 0, "out_of_range"),
        Wrong("description of 501", "/description", "d" * 501)]),
    "client_data": ([{"type": "webauthn.get", "challenge": key("challenge"), "origin": "https://app.example.com",
                      "crossOrigin": False}], [
        Wrong("padded challenge", "/challenge", key("challenge") + "=")]),
}
DOCUMENTS = ("team", "tenant", "device", "device_codes", "device_group", "department", "technician", "role", "right", "policy")


def set_at(value, path, new):
    *parents, last = path.strip("/").split("/")
    for token in parents:
        value = value[int(token) if isinstance(value, list) else token]
    value[int(last) if isinstance(value, list) else last] = new


def places(value, path=""):
    """Every member, depth first."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield path + "/" + name, value, name
            yield from places(inner, path + "/" + name)
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from places(inner, path + "/%d" % at)


# Came after version 1 of its message: what was written or sent before that is still read.
LATER = ("/homes", "/code_use", "/stated_reason", "/key_place")


def broken(right, closed):
    """Missing, unknown, mistyped, duplicate: for every member there is."""
    for path, _, name in list(places(right)):
        changed = copy.deepcopy(right)
        parent = changed
        for token in path.strip("/").split("/")[:-1]:
            parent = parent[int(token) if isinstance(parent, list) else token]
        # The members that may be left out.
        if path not in LATER and not (name == "crossOrigin" and not closed):
            value = parent.pop(name)
            yield "without " + path, compact(changed), "missing_member", path
            parent[name] = value
        old = parent[name]
        parent[name] = 1.5 if not isinstance(old, float) else "x"
        yield "fraction at " + path, compact(changed), "wrong_type", path
        parent[name] = [] if old is None else 7 if isinstance(old, bool) else True if isinstance(old, str) else "7"
        yield "other type at " + path, compact(changed), "wrong_type", path
        if type(old) is int:
            parent[name] = "LARGE"
            yield ("integer beyond 2^53 at " + path, compact(changed).replace('"LARGE"', "9007199254740993"), "out_of_range", path)
            yield ("integer beyond 64 bits at " + path, compact(changed).replace('"LARGE"', "9" * 30), "out_of_range", path)
        parent[name] = "TWICE"
        once = compact(changed)
        member = compact({name: old})[1:-1]
        yield "twice " + path, once.replace(compact({name: "TWICE"})[1:-1], member + "," + member), "duplicate_member", path
    if closed:
        yield "unknown member", compact(right)[:-1] + ',"extra":null}', "unknown_member", "/extra"


# An event's body is not a member's value but the bytes that were hashed, so the line has one form.
IN_ONE_LINE = ("audit_event", "portal_event")
EVENT_LINE = '{"type":"event","source":"device","received_at":%d,"body":%s}'
EVENT_LINES = [
    {"name": "event", "text": EVENT_LINE % (TIME, "{}")},
    {"name": "event of the portal", "text": (EVENT_LINE % (TIME, '{"a":1}')).replace("device", "portal")},
    {"name": "event whose body speaks of a body", "text": EVENT_LINE % (TIME, '{"a":{"b":2,"body":{}}}')},
    {"name": "event of 8 KiB", "text": EVENT_LINE % (TIME, '{"a":"%s"}' % ("x" * (8192 - 8)))}]
WRONG_EVENT_LINES = [
    {"name": "event in another order", "kind": "bad_value", "path": "/type",
     "text": '{"source":"device","type":"event","received_at":%d,"body":{}}' % TIME},
    {"name": "event with white space", "kind": "bad_value", "path": "/type", "text": '{"type": "event"' + (EVENT_LINE % (TIME, "{}"))[15:]},
    {"name": "event cut short", "kind": "syntax", "path": "", "text": EVENT_LINE[:-1] % (TIME, "[]")},
    {"name": "event without a body", "kind": "missing_member", "path": "/body",
     "text": '{"type":"event","source":"device","received_at":%d}' % TIME},
    {"name": "event with an empty body", "kind": "out_of_range", "path": "/body", "text": EVENT_LINE % (TIME, "")},
    {"name": "event beyond 8 KiB", "kind": "out_of_range", "path": "/body", "text": EVENT_LINE % (TIME, '{"a":"%s"}' % ("x" * (8193 - 8)))},
    {"name": "event with a list", "kind": "wrong_type", "path": "/body", "text": EVENT_LINE % (TIME, "[1]")},
    {"name": "event with its body in base64", "kind": "wrong_type", "path": "/body", "text": EVENT_LINE % (TIME, '"e30"')},
    {"name": "event from elsewhere", "kind": "bad_value", "path": "/source", "text": (EVENT_LINE % (TIME, "{}")).replace("device", "phone")},
    {"name": "event without a time", "kind": "missing_member", "path": "/received_at",
     "text": '{"type":"event","source":"device","body":{}}'},
    {"name": "event with one more member", "kind": "unknown_member", "path": "/count",
     "text": EVENT_LINE.replace(',"body"', ',"count":1,"body"') % (TIME, "{}")}]


def general(text):
    yield {"name": "empty", "text": "", "kind": "syntax", "path": ""}
    yield {"name": "an array", "text": "[]", "kind": "wrong_type", "path": ""}
    yield {"name": "null", "text": "null", "kind": "wrong_type", "path": ""}
    yield {"name": "trailing text", "text": text + "x", "kind": "syntax", "path": ""}
    yield {"name": "trailing NUL byte", "text": text + "\0", "kind": "syntax", "path": ""}
    yield {"name": "byte order mark", "text": "\ufeff" + text, "kind": "syntax", "path": ""}
    yield {"name": "cut short", "text": text[:-1], "kind": "syntax", "path": ""}
    yield {"name": "a comment", "text": text + "/**/", "kind": "syntax", "path": ""}
    yield {"name": "a trailing comma", "text": text[:-1] + ",}", "kind": "syntax", "path": ""}
    yield {"name": "lone surrogate", "text": text[:-1] + ',"a":"\\ud800"}', "kind": "syntax", "path": ""}
    yield {"name": "not UTF-8", "bytes": b64(text[:-1].encode() + b',"a":"\xff"}'), "kind": "not_utf8", "path": ""}
    yield {"name": "surrogate in UTF-8", "bytes": b64(text[:-1].encode() + b',"a":"\xed\xa0\x80"}'), "kind": "not_utf8",
           "path": ""}
    yield {"name": "nested 17 deep", "text": text[:-1] + ',"a":' + "[" * 16 + "]" * 16 + "}", "kind": "too_deep", "path": ""}
    yield {"name": "nested without end", "repeat": {"text": "[", "times": 1000}, "kind": "too_deep", "path": ""}
    yield {"name": "too large", "repeat": {"text": " ", "times": 1100000}, "kind": "too_large", "path": ""}


def main():
    OUTPUT.mkdir(parents=True, exist_ok=True)
    for message, (accepted, wrong) in MESSAGES.items():
        # Parts are used several times above; from here on each place has its own copy.
        accepted = json.loads(json.dumps(accepted))
        closed = message != "client_data"
        refused = list(general(compact(accepted[0])))
        for right in accepted:
            for name, text, kind, path in broken(right, closed):
                refused.append({"name": name, "text": text, "kind": kind, "path": path})
        for case in wrong:
            changed = copy.deepcopy(accepted[0])
            set_at(changed, case.path, case.value)
            refused.append({"name": case.name, "text": compact(changed), "kind": case.kind, "path": case.at})
        good = [{"name": right.get("type", "all members") + (" %d" % at if at else ""), "text": compact(right)}
                for at, right in enumerate(accepted)]
        first = accepted[0]
        good.append({"name": "members in another order", "text": compact(dict(reversed(first.items()))), "canonical": False})
        good.append({"name": "with white space", "text": json.dumps(first, indent=2, ensure_ascii=True), "canonical": False})
        if message in IN_ONE_LINE:
            refused.append({"name": "in several lines", "text": good.pop()["text"], "kind": "syntax", "path": ""})
        for path in LATER:
            left_out = path.strip("/")
            before = next((right for right in accepted if left_out in right), None)
            if before is not None:
                good.append({"name": "from before " + path, "canonical": False,
                             "text": compact({name: value for name, value in before.items() if name != left_out})})
        if message == "export_line":
            good += EVENT_LINES
            refused += WRONG_EVENT_LINES
        if message == "client_data":
            good.append({"name": "a member of tomorrow", "canonical": False,
                         "text": compact(first | {"other_keys_can_be_added_here": {"a": [1.5]}})})
        content = {"message": message, "accepted": good, "refused": refused}
        if message in DOCUMENTS:
            content["document_id"] = accepted[0]["id"]
        (OUTPUT / (message + ".json")).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
