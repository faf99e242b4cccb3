#!/usr/bin/env python3
"""Writes protocol/vectors/responses.json: what the relay answers, as WIRE.md section 7 lists it."""

import json
import pathlib

from make_computations import b64, id_text, private_bytes, uuid

OUTPUT = pathlib.Path(__file__).resolve().parents[2] / "protocol" / "vectors" / "responses.json"
AT, LATER = "2026-11-21T20:24:45.123Z", "2026-11-21T20:25:45.123Z"
TEAM = {"id": id_text(uuid(1)), "name": "Example MSP"}
TECHNICIAN = {"id": id_text(uuid(4)), "name": "Nik \"N\" M\u00fcller", "username": "nik"}
REQUEST = {"id": id_text(uuid(7)), "envelope": {"body": b64(b'{"version":1}'), "signature": b64(bytes(64))},
           "device_id": id_text(uuid(3)), "created_at": AT, "expires_at": LATER, "silent": True}
WORKSTATION = {"id": id_text(uuid(3)), "name": "W11-L", "tenant_id": id_text(uuid(2)), "tenant_name": "Customer",
               "account": "msp-nik", "signing_key": b64(private_bytes("signing")),
               "agreement_key": b64(private_bytes("agreement")), "code_scheme": "per_machine", "connected": True,
               "offline_until": LATER}
TENANT_CODES = {"tenant_id": id_text(uuid(2)), "secrets": [
    {"id": id_text(uuid(67)), "ends_at": None, "sealed": b64(bytes(range(68)))},
    {"id": id_text(uuid(68)), "ends_at": LATER, "sealed": b64(bytes(68))}]}
ACTIVITY = {"id": id_text(uuid(71)), "kind": "sign_in_online", "outcome": "success", "device_id": id_text(uuid(3)),
            "device_name": "W11-L", "tenant_name": "Customer", "at": AT}
RESPONSES = {
    "pairing_offer": {"pairing_id": id_text(uuid(5)), "team": TEAM, "technician": TECHNICIAN, "rp_id": "app.example.com",
                      "serial": 2, "expires_at": LATER, "replaces_phone": True},
    "pairing_result": {"phone_id": id_text(uuid(30)), "state": "waiting_for_acceptance"},
    "session_nonce": {"nonce": b64(private_bytes("nonce"))},
    "phone_owner": {"technician": TECHNICIAN | {"email": None}, "team": TEAM,
                    "phone": {"id": id_text(uuid(30)), "serial": 2, "credential_id": b64(private_bytes("credential")),
                              "label": "Nik's phone", "strength": "synced", "state": "active"},
                    "rp_id": "app.example.com"},
    "workstation_list": {"as_of": AT, "workstations": [WORKSTATION, WORKSTATION | {"connected": False, "offline_until": None}],
                         "tenant_codes": [TENANT_CODES]},
    "no_workstations": {"as_of": AT, "workstations": [], "tenant_codes": []},
    "open_sign_in_requests": {"requests": [REQUEST]},
    "sign_in_answer_result": {"state": "approved"},
    "live_sign_in_request": {"type": "sign_in_request", "request": REQUEST},
    "live_sign_in_closed": {"type": "sign_in_closed", "id": id_text(uuid(7)), "state": "cancelled"},
    "live_workstations_changed": {"type": "workstations_changed"},
    "push_key": {"public_key": b64(b"\4" + bytes(64))},
    "activity_page": {"events": [ACTIVITY, ACTIVITY | {"device_id": None, "device_name": None, "tenant_name": None}],
                      "next": None},
    "push_payload": {"type": "sign_in_request", "request_id": id_text(uuid(7))},
}


def main():
    cases = [{"name": name, "text": json.dumps(value, separators=(",", ":"), ensure_ascii=False)}
             for name, value in RESPONSES.items()]
    OUTPUT.write_text(json.dumps({"cases": cases}, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
