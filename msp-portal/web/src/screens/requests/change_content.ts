import { DecodeError, decodeBase64url, Reader } from "@doorward/protocol";
import type { Change } from "../../api/types";

export type ChangeContent = Pick<Change, "kind" | "subject" | "difference">;

const longest = 128 * 1024;

/** What a change would do, read from the very bytes that whoever accepts it signs; null where this page cannot read them. */
export function readChange(payload: string): ChangeContent | null {
  const bytes = decodeBase64url(payload);
  if (bytes === null) return null;
  try {
    return content(Reader.parse(bytes, longest));
  } catch (error) {
    if (error instanceof DecodeError) return null;
    throw error;
  }
}

const kinds = [
  "right_grant",
  "technician_enable",
  "tenant_offline_days",
  "tenant_longest_session",
  "tenant_resume",
  "device_resume",
  "phone_pairing",
  "administrator_passkey",
  "tenant_code_scheme",
  "workstation_confirmation",
  "department_join",
  "device_group_join",
  "role_widen",
  "policy_activate",
] as const satisfies readonly Change["kind"][];

const members = ["version", "kind", "subject", "difference", "right", "target", "number"] as const;

/** What stands only in changes of that kind. */
const furtherMembers: Partial<Record<Change["kind"], readonly ("devices" | "member" | "permissions" | "policy")[]>> = {
  workstation_confirmation: ["devices"],
  department_join: ["member"],
  device_group_join: ["member"],
  role_widen: ["permissions"],
  policy_activate: ["policy"],
};

function content(payload: Reader): ChangeContent {
  const kind = payload.member("kind")?.oneOf(...kinds) ?? payload.refuse("missing_member");
  const { version, subject, difference, ...others } = payload.object(...members, ...(furtherMembers[kind] ?? []));
  version.integer(1, 1);
  const read = { kind, subject: readSubject(subject), difference: readDifference(difference) };
  if (kind === "role_widen") {
    // Here the lines can be held against what is given; whoever accepts would else give what is not shown.
    const given = others.permissions.array((word) => word.text());
    const shown = read.difference.filter(({ field }) => field === "permissions").map(({ after }) => after);
    if (given.length !== shown.length || given.some((word) => !shown.includes(word))) payload.refuse("bad_value");
  }
  return read;
}

function readSubject(reader: Reader): Change["subject"] {
  const subject = reader.object("kind", "id", "name");
  return {
    kind: subject.kind.oneOf("technician", "department", "everyone", "tenant", "device", "device_group", "role", "policy"),
    id: subject.id.nullable((id) => id.id()),
    name: subject.name.nullable((name) => name.text()),
  };
}

const fields = [
  "role",
  "object",
  "valid_from",
  "valid_until",
  "status",
  "offline_days",
  "longest_session_minutes",
  "suspended",
  "quarantine",
  "phone",
  "passkey",
  "key_fingerprint",
  "strength",
  "code_scheme",
  "workstation",
  "member",
  "rights",
  "permissions",
  "holders",
  "name",
  "description",
  "kind",
  "devices",
  "subjects",
  "time_windows",
  "ticket",
  "reason",
  "approvers",
  "end_behaviour",
] as const satisfies readonly Change["difference"][number]["field"][];

function readDifference(reader: Reader): Change["difference"] {
  return reader.array((item) => {
    const line = item.object("field", "before", "after");
    return {
      field: line.field.oneOf(...fields),
      before: line.before.nullable((text) => text.text()),
      after: line.after.nullable((text) => text.text()),
    };
  });
}
