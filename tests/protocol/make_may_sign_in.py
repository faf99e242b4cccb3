#!/usr/bin/env python3
"""Writes protocol/vectors/may_sign_in.json. The decisions were written by hand from WIRE.md section 3."""

import json
import pathlib

from make_computations import b64, id_text, private_bytes, uuid

OUTPUT = pathlib.Path(__file__).resolve().parents[2] / "protocol" / "vectors" / "may_sign_in.json"
NOW = 1795292685123
MINUTE = 60000


def ident(number):
    return id_text(uuid(number))


TEAM, TENANT, DEVICE, NIK, ANA, GROUP, FIELD = (ident(number) for number in range(1, 8))
ROLE, RIGHT, POLICY, SECOND_RIGHT, SECOND_POLICY = (ident(number) for number in range(10, 15))
OTHER = ident(99)


def technician(name, number):
    return {"version": 1, "id": "technician/" + number, "name": name, "username": name, "account": "msp-" + name,
            "state": "activated", "status": "active", "department_ids": [FIELD], "directory_imported": False, "phones": []}


def right(number, subject, target, role=ROLE, since=None, until=None):
    return {"version": 1, "id": "right/" + number, "subject": subject, "object": target, "role_id": role,
            "valid_from": since, "valid_until": until}


def device_object(number=DEVICE):
    return {"kind": "device", "id": number, "section": None}


def policy(number, **changes):
    return {"version": 1, "id": "policy/" + number, "name": "Start", "description": "", "kind": "any", "state": "active",
            "devices": {"all": True, "device_ids": [], "group_ids": []},
            "subjects": {"all": True, "directory_imported": False, "technician_ids": [], "department_ids": []},
            "conditions": {"time_windows": [], "ticket_required": False, "ticket_pattern": None, "reason_required": False,
                           "approver_ids": [], "longest_session_minutes": None, "end_behaviour": "end_session"},
            "valid_from": None, "valid_until": None} | changes


BASE = [
    {"version": 1, "id": "team/" + TEAM, "name": "MSP", "suspended": False, "app_rp_id": "app.example.com",
     "app_origin": "https://app.example.com"},
    {"version": 1, "id": "tenant/" + TENANT, "team_id": TEAM, "name": "Customer", "suspended": False, "account_mode": "named",
     "shared_account": None, "code_scheme": "per_machine", "offline_days": 14, "longest_session_minutes": 480,
     "sudo_asks": "nothing", "homes": "kept"},
    {"version": 1, "id": "device/" + DEVICE, "tenant_id": TENANT, "name": "W11-L", "kind": "non_domain",
     "signing_key": b64(private_bytes("s")), "agreement_key": b64(private_bytes("a")), "suspended": False, "group_ids": [GROUP]},
    technician("nik", NIK), technician("ana", ANA),
    {"version": 1, "id": "role/" + ROLE, "name": "Full", "purpose": "devices", "system": True,
     "permissions": ["reboot", "technician_sign_in"]},
    right(RIGHT, {"kind": "technician", "id": NIK}, device_object()), policy(POLICY)]
TEAM_ID, TENANT_ID, DEVICE_ID, NIK_ID = "team/" + TEAM, "tenant/" + TENANT, "device/" + DEVICE, "technician/" + NIK
ROLE_ID, RIGHT_ID, POLICY_ID = "role/" + ROLE, "right/" + RIGHT, "policy/" + POLICY
CASES = []


def ask(**changes):
    return {"technician_id": NIK, "device_id": DEVICE, "time": NOW, "minute_of_week": 0, "has_reason": False, "ticket": None,
            "approved_by": []} | changes


def case(name, decision, changed=None, removed=(), **question):
    CASES.append({"name": name, "documents": changed or {}, "removed": list(removed), "question": ask(**question),
                  "decision": decision})


def refused(reason):
    return {"refused": reason}


def allowed(rights=(RIGHT,), by=POLICY, minutes=480, until=None):
    return {"right_ids": sorted(rights), "policy_id": by, "longest_session_minutes": minutes, "valid_until": until}


def conditions(**changes):
    return {POLICY_ID: {"conditions": changes}}


case("an own right on the device", allowed())
for name, document, reason in (("team", TEAM_ID, "team_suspended"), ("tenant", TENANT_ID, "tenant_suspended"),
                               ("device", DEVICE_ID, "device_suspended")):
    case("%s suspended" % name, refused(reason), {document: {"suspended": True}})
    case("no %s" % name, refused(reason), removed=[document])
case("everything suspended names the team", refused("team_suspended"),
     {document: {"suspended": True} for document in (TEAM_ID, TENANT_ID, DEVICE_ID)})
case("tenant of another team", refused("tenant_suspended"), {TENANT_ID: {"team_id": OTHER}})
case("device of another tenant", refused("device_suspended"), {DEVICE_ID: {"tenant_id": OTHER}})
case("another device", refused("device_suspended"), device_id=OTHER)
case("unknown technician", refused("technician_unknown"), technician_id=OTHER)
case("technician removed", refused("technician_unknown"), removed=[NIK_ID])
case("technician invited", refused("technician_not_activated"), {NIK_ID: {"state": "invitation"}})
case("technician disabled", refused("technician_disabled"), {NIK_ID: {"status": "disabled"}})
case("invited and disabled", refused("technician_not_activated"), {NIK_ID: {"state": "invitation", "status": "disabled"}})
case("a technician without a right", refused("no_right"), technician_id=ANA)
case("right removed", refused("no_right"), removed=[RIGHT_ID])
case("right on another device", refused("no_right"), {RIGHT_ID: {"object": device_object(OTHER)}})
case("role removed", refused("no_right"), removed=[ROLE_ID])
case("role without the permission", refused("no_right"), {ROLE_ID: {"permissions": ["reboot"]}})
case("role without any permission", refused("no_right"), {ROLE_ID: {"permissions": []}})
case("role of another purpose", refused("no_right"), {ROLE_ID: {"purpose": "administration"}})
case("right on a section", refused("no_right"), {RIGHT_ID: {"object": {"kind": "section", "id": None, "section": "team"}}})
case("right on the device's group", allowed(), {RIGHT_ID: {"object": {"kind": "device_group", "id": GROUP}}})
case("right on another group", refused("no_right"), {RIGHT_ID: {"object": {"kind": "device_group", "id": OTHER}}})
case("right on the tenant", allowed(), {RIGHT_ID: {"object": {"kind": "tenant", "id": TENANT}}})
case("right on another tenant", refused("no_right"), {RIGHT_ID: {"object": {"kind": "tenant", "id": OTHER}}})
case("right on all devices", allowed(), {RIGHT_ID: {"object": {"kind": "all_devices", "id": None}}})
case("right of a department", allowed(), {RIGHT_ID: {"subject": {"kind": "department", "id": FIELD}}})
case("right of another department", refused("no_right"), {RIGHT_ID: {"subject": {"kind": "department", "id": OTHER}}})
case("right of everyone", allowed(), {RIGHT_ID: {"subject": {"kind": "everyone", "id": None}}}, technician_id=ANA)
case("right from now on", allowed(), {RIGHT_ID: {"valid_from": NOW}})
case("right from a millisecond later", refused("right_not_in_force"), {RIGHT_ID: {"valid_from": NOW + 1}})
case("right until now", refused("right_not_in_force"), {RIGHT_ID: {"valid_until": NOW}})
case("right for another millisecond", allowed(minutes=1, until=NOW + 1), {RIGHT_ID: {"valid_until": NOW + 1}})
case("right for ten and a half minutes", allowed(minutes=10, until=NOW + 10 * MINUTE + 30000),
     {RIGHT_ID: {"valid_until": NOW + 10 * MINUTE + 30000}})
SECOND = right(SECOND_RIGHT, {"kind": "department", "id": FIELD}, {"kind": "tenant", "id": TENANT, "section": None})
SECOND_ID = "right/" + SECOND_RIGHT
case("two rights", allowed((RIGHT, SECOND_RIGHT)), {SECOND_ID: SECOND})
case("of two rights the longer counts", allowed((RIGHT, SECOND_RIGHT)), {SECOND_ID: SECOND, RIGHT_ID: {"valid_until": NOW + MINUTE}})
case("of two ending rights the later counts", allowed((RIGHT, SECOND_RIGHT), minutes=5, until=NOW + 5 * MINUTE),
     {SECOND_ID: SECOND | {"valid_until": NOW + 5 * MINUTE}, RIGHT_ID: {"valid_until": NOW + MINUTE}})
case("a right not in force is not named", allowed((RIGHT,)), {SECOND_ID: SECOND | {"valid_until": NOW}})
case("policy removed", refused("no_policy"), removed=[POLICY_ID])
for state in ("pending", "retired", "rejected"):
    case("policy %s" % state, refused("no_policy"), {POLICY_ID: {"state": state}})
case("policy for domain devices", refused("no_policy"), {POLICY_ID: {"kind": "domain"}})
case("policy for devices without a domain", allowed(), {POLICY_ID: {"kind": "non_domain"}})
case("policy for domain devices and a domain device", allowed(), {POLICY_ID: {"kind": "domain"}, DEVICE_ID: {"kind": "domain"}})
case("policy for no device", refused("no_policy"), {POLICY_ID: {"devices": {"all": False}}})
case("policy for this device", allowed(), {POLICY_ID: {"devices": {"all": False, "device_ids": [DEVICE]}}})
case("policy for this group", allowed(), {POLICY_ID: {"devices": {"all": False, "group_ids": [GROUP]}}})
case("policy for other devices and groups", refused("no_policy"),
     {POLICY_ID: {"devices": {"all": False, "device_ids": [OTHER], "group_ids": [OTHER]}}})
case("policy for nobody", refused("no_policy"), {POLICY_ID: {"subjects": {"all": False}}})
case("policy for this technician", allowed(), {POLICY_ID: {"subjects": {"all": False, "technician_ids": [NIK]}}})
case("policy for this department", allowed(), {POLICY_ID: {"subjects": {"all": False, "department_ids": [FIELD]}}})
case("policy for others", refused("no_policy"),
     {POLICY_ID: {"subjects": {"all": False, "technician_ids": [ANA], "department_ids": [OTHER]}}})
case("policy for imported ones", refused("no_policy"), {POLICY_ID: {"subjects": {"all": False, "directory_imported": True}}})
case("policy for imported ones and an imported one", allowed(),
     {POLICY_ID: {"subjects": {"all": False, "directory_imported": True}}, NIK_ID: {"directory_imported": True}})
case("policy from a millisecond later", refused("policy_not_in_force"), {POLICY_ID: {"valid_from": NOW + 1}})
case("policy until now", refused("policy_not_in_force"), {POLICY_ID: {"valid_until": NOW}})
case("policy for ten minutes", allowed(minutes=10, until=NOW + 10 * MINUTE), {POLICY_ID: {"valid_until": NOW + 10 * MINUTE}})
case("the earlier end of right and policy", allowed(minutes=3, until=NOW + 3 * MINUTE),
     {POLICY_ID: {"valid_until": NOW + 10 * MINUTE}, RIGHT_ID: {"valid_until": NOW + 3 * MINUTE}})
WINDOW = conditions(time_windows=[{"from_minute": 480, "to_minute": 1080}, {"from_minute": 10000, "to_minute": 10080}])
for minute, inside in ((479, False), (480, True), (1079, True), (1080, False), (10079, True), (10080, False), (-1, False)):
    case("minute %d" % minute, allowed() if inside else refused("outside_time_window"), WINDOW, minute_of_week=minute)
case("no reason", refused("reason_required"), conditions(reason_required=True))
case("a reason", allowed(), conditions(reason_required=True), has_reason=True)
case("no ticket", refused("ticket_required"), conditions(ticket_required=True))
case("an empty ticket", refused("ticket_required"), conditions(ticket_required=True), ticket="")
case("any ticket", allowed(), conditions(ticket_required=True), ticket="whatever")
case("a ticket of the form", allowed(), conditions(ticket_required=True, ticket_pattern="INC#*"), ticket="INC0012345")
case("a ticket of another form", refused("ticket_malformed"), conditions(ticket_required=True, ticket_pattern="INC#*"), ticket="INC")
case("a needless ticket of another form", refused("ticket_malformed"), conditions(ticket_pattern="INC#*"), ticket="x")
case("no ticket where none is needed", allowed(), conditions(ticket_pattern="INC#*"))
case("nobody approved", refused("approval_required"), conditions(approver_ids=[ANA]))
case("approved", allowed(), conditions(approver_ids=[ANA]), approved_by=[ANA])
case("approved by another", refused("approval_required"), conditions(approver_ids=[ANA]), approved_by=[OTHER])
case("approved by oneself", refused("approval_required"), conditions(approver_ids=[ANA, NIK]), approved_by=[NIK])
EVERYTHING = conditions(time_windows=[{"from_minute": 0, "to_minute": 1}], ticket_required=True, ticket_pattern="##",
                        reason_required=True, approver_ids=[ANA])
case("everything missing names the window", refused("outside_time_window"), EVERYTHING, minute_of_week=1)
case("then the reason", refused("reason_required"), EVERYTHING)
case("then the ticket", refused("ticket_required"), EVERYTHING, has_reason=True)
case("then its form", refused("ticket_malformed"), EVERYTHING, has_reason=True, ticket="1")
case("then the approval", refused("approval_required"), EVERYTHING, has_reason=True, ticket="12")
case("then nothing", allowed(), EVERYTHING, has_reason=True, ticket="12", approved_by=[OTHER, ANA])
case("the tenant's minutes", allowed(minutes=30), {TENANT_ID: {"longest_session_minutes": 30}})
case("the policy's minutes", allowed(minutes=20), conditions(longest_session_minutes=20))
case("the smaller minutes", allowed(minutes=30), {TENANT_ID: {"longest_session_minutes": 30}} | conditions(longest_session_minutes=60))
SECOND_POLICY_ID = "policy/" + SECOND_POLICY
case("of two policies the first by id is named", allowed(), {SECOND_POLICY_ID: policy(SECOND_POLICY)})
case("the second is enough", allowed(by=SECOND_POLICY),
     {SECOND_POLICY_ID: policy(SECOND_POLICY)} | conditions(reason_required=True))
case("the reason of the one that got furthest", refused("approval_required"),
     {SECOND_POLICY_ID: policy(SECOND_POLICY, conditions=policy("")["conditions"] | {"approver_ids": [ANA]})}
     | {POLICY_ID: {"valid_until": NOW}})
case("also when it comes first", refused("reason_required"),
     {SECOND_POLICY_ID: policy(SECOND_POLICY, valid_until=NOW)} | conditions(reason_required=True))


ASKS = []


def asks(name, wanted, changed=None, removed=(), **question):
    ASKS.append({"name": name, "documents": changed or {}, "removed": list(removed), "question": ask(**question),
                 "asks": wanted})


def wanted(reason=False, ticket=False, patterns=()):
    return {"reason": reason, "ticket": ticket, "ticket_patterns": list(patterns)}


def second(**changes):
    return {SECOND_POLICY_ID: policy(SECOND_POLICY, conditions=policy("")["conditions"] | changes)}


asks("nothing", wanted())
asks("nothing without a right", None, removed=[RIGHT_ID])
asks("nothing of somebody disabled", None, {NIK_ID: {"status": "disabled"}} | conditions(reason_required=True))
asks("nothing with a right that is over", None, {RIGHT_ID: {"valid_until": NOW}} | conditions(reason_required=True))
asks("nothing of somebody unknown", None, technician_id=OTHER)
asks("nothing at a suspended tenant", None, {TENANT_ID: {"suspended": True}} | conditions(reason_required=True))
asks("nothing where no policy covers", None, {POLICY_ID: {"state": "retired", "conditions": {"reason_required": True}}})
asks("a reason", wanted(reason=True), conditions(reason_required=True))
asks("no reason twice", wanted(), conditions(reason_required=True), has_reason=True)
asks("any ticket", wanted(ticket=True), conditions(ticket_required=True))
asks("a ticket of a form", wanted(ticket=True, patterns=["INC#"]), conditions(ticket_required=True, ticket_pattern="INC#"))
asks("no ticket twice", wanted(), conditions(ticket_required=True, ticket_pattern="INC#"), ticket="INC1")
asks("another ticket than the wrong one", wanted(ticket=True, patterns=["INC#"]),
     conditions(ticket_required=True, ticket_pattern="INC#"), ticket="CHG1")
asks("no ticket for a form alone", wanted(), conditions(ticket_pattern="INC#"))
asks("both", wanted(reason=True, ticket=True), conditions(reason_required=True, ticket_required=True))
asks("the ticket that is left", wanted(ticket=True), conditions(reason_required=True, ticket_required=True), has_reason=True)
asks("nothing where another policy wants nothing", wanted(), conditions(reason_required=True) | second())
asks("the fewer things", wanted(ticket=True), conditions(reason_required=True, ticket_required=True) | second(ticket_required=True))
asks("of as many things the first policy's", wanted(reason=True), conditions(reason_required=True) | second(ticket_required=True))
asks("a ticket of either form", wanted(ticket=True, patterns=["INC#", "CHG#"]),
     conditions(ticket_required=True, ticket_pattern="INC#") | second(ticket_required=True, ticket_pattern="CHG#"))
asks("any ticket where one policy takes any", wanted(ticket=True),
     conditions(ticket_required=True, ticket_pattern="INC#") | second(ticket_required=True))
CLOSED = [{"from_minute": 1, "to_minute": 2}]
asks("outside the hours as within", wanted(reason=True), conditions(reason_required=True, time_windows=CLOSED))
asks("rather what counts now", wanted(reason=True, ticket=True),
     conditions(time_windows=CLOSED) | second(reason_required=True, ticket_required=True))
asks("a policy to come as it will be", wanted(reason=True), {POLICY_ID: {"valid_from": NOW + 1, "conditions": {"reason_required": True}}})
asks("what is left besides an approval", wanted(reason=True), conditions(reason_required=True, approver_ids=[ANA]))
asks("an approval counts as much as a question", wanted(ticket=True),
     conditions(reason_required=True, approver_ids=[ANA]) | second(ticket_required=True))


def main():
    OUTPUT.write_text(json.dumps({"base": BASE, "cases": CASES, "asks": ASKS}, indent=1) + "\n")


if __name__ == "__main__":
    main()
