import type { Role, RoleList } from "../../api/types";
import type { Texts } from "../../texts/en";
import { readable } from "../audit/event_words";

export type Purpose = Role["purpose"];
type Offered = RoleList["permissions"];
export type GroupWord = keyof Texts["roles"]["groups"];

export const purposes = ["devices", "invitations", "administration"] as const satisfies readonly Purpose[];

const groupsOf: Record<Purpose, readonly (readonly [GroupWord, readonly string[]])[]> = {
  devices: [
    ["actions", ["technician_sign_in", "screen_view", "screen_control", "file_manager", "terminal", "wake_up", "reboot", "lock_unlock"]],
    ["session", ["calls", "black_screen_and_input_lock", "chat", "clipboard_sync"]],
  ],
  invitations: [
    ["access", ["own_invitations", "all_invitations"]],
    ["actions", ["screen_view", "screen_control", "file_manager", "terminal"]],
    ["session", ["calls", "chat", "reboot", "installation_request", "clipboard_sync"]],
  ],
  administration: [["administrator", ["audit_log", "technicians_and_settings", "branding", "billing", "approve_access_policies"]]],
};

export interface PermissionGroup {
  word: GroupWord;
  names: readonly string[];
}

/** What a role of this purpose can have, as the portal lists it, in groups; one this page does not know is "other". */
export function permissionGroups(offered: Offered, purpose: Purpose): PermissionGroup[] {
  const names = offered.filter((permission) => permission.purpose === purpose).map(({ name }) => name);
  const grouped = groupsOf[purpose].map(([word, members]) => ({ word, names: names.filter((name) => members.includes(name)) }));
  const known = new Set(grouped.flatMap((group) => group.names));
  const other = { word: "other" as const, names: names.filter((name) => !known.has(name)) };
  return [...grouped, other].filter((group) => group.names.length > 0);
}

/** Purposes for which a role can have anything at all. */
export const purposesOffered = (offered: Offered): Purpose[] =>
  purposes.filter((purpose) => offered.some((permission) => permission.purpose === purpose));

export function permissionName(texts: Texts, permission: string): string {
  return texts.permissions[permission]?.name ?? readable(permission);
}

export interface PermissionChange {
  given: readonly string[];
  taken: readonly string[];
}

/** Taking is immediate, giving waits for a second person: so they are told apart before saving. */
export function permissionChange(before: readonly string[], after: readonly string[]): PermissionChange {
  return {
    given: after.filter((permission) => !before.includes(permission)),
    taken: before.filter((permission) => !after.includes(permission)),
  };
}

/** Whether the role or one of its permissions is called like that. */
export function roleMatches(texts: Texts, role: Role, wanted: string): boolean {
  const text = wanted.trim().toLowerCase();
  if (text === "") return true;
  const names = [role.name, ...role.permissions.flatMap((permission) => [permission, permissionName(texts, permission)])];
  return names.some((name) => name.toLowerCase().includes(text));
}
