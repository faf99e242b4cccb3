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

function content(payload: Reader): ChangeContent {
  const members = payload.object("version", "kind", "subject", "difference", "right", "target", "number", "devices");
  members.version.integer(1, 1);
  const subject = members.subject.object("kind", "id", "name");
  return {
    kind: members.kind.oneOf(
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
    ),
    subject: {
      kind: subject.kind.oneOf("technician", "everyone", "tenant", "device"),
      id: subject.id.nullable((id) => id.id()),
      name: subject.name.nullable((name) => name.text()),
    },
    difference: members.difference.array((item) => {
      const line = item.object("field", "before", "after");
      return {
        field: line.field.oneOf(
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
        ),
        before: line.before.nullable((text) => text.text()),
        after: line.after.nullable((text) => text.text()),
      };
    }),
  };
}
