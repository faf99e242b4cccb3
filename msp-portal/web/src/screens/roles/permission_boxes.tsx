import { Checkbox, Stack } from "@mantine/core";
import type { RoleList } from "../../api/types";
import { useTexts } from "../../texts/texts";
import { permissionGroups, permissionName, type Purpose } from "./permission_groups";

interface PermissionBoxesProps {
  offered: RoleList["permissions"];
  purpose: Purpose;
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}

export function PermissionBoxes({ offered, purpose, chosen, onChange }: PermissionBoxesProps) {
  const texts = useTexts();
  return permissionGroups(offered, purpose).map(({ word, names }) => (
    <Checkbox.Group key={word} label={texts.roles.groups[word]} value={[...chosen]} onChange={onChange}>
      <Stack gap="xs" mt="xs">
        {names.map((name) => (
          <Checkbox key={name} value={name} label={permissionName(texts, name)} description={texts.permissions[name]?.hint} />
        ))}
      </Stack>
    </Checkbox.Group>
  ));
}
