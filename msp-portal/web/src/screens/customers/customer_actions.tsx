import { Button } from "@mantine/core";
import { IconPencil, IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, body, nothing, type Versioned } from "../../api/client";
import type { Tenant } from "../../api/types";
import { ConfirmDialog } from "../../parts/confirm_dialog";
import { RenameDialog } from "../../parts/rename_dialog";
import { useAct, useChangeSaying } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";

export function CustomerActions({ tenant }: { tenant: Versioned<Tenant> }) {
  const texts = useTexts();
  const say = useChangeSaying();
  const client = useQueryClient();
  const [open, setOpen] = useState<"rename" | "suspend" | null>(null);
  const { id: tenant_id, name, suspended, devices, devices_connected } = tenant.value;
  const close = () => setOpen(null);
  const renaming = useAct({
    act: (wanted: string) =>
      nothing(
        api.PATCH("/tenants/{tenant_id}", {
          params: { path: { tenant_id }, header: { "If-Match": tenant.etag } },
          body: { name: wanted },
        }),
      ),
    touches: ["tenants", "devices"],
    says: () => texts.customers.renamed,
    onDone: close,
  });
  const suspending = useAct({
    act: () => nothing(api.POST("/tenants/{tenant_id}/suspend", { params: { path: { tenant_id } } })),
    touches: ["tenants", "devices"],
    says: () => texts.customers.suspendedNow(name),
    onDone: close,
  });
  const resuming = useAct({
    act: () => body(api.POST("/tenants/{tenant_id}/resume", { params: { path: { tenant_id } } })),
    touches: ["tenants", "devices", "changes"],
    says: ({ change }) => say(change),
    errors: "toast",
  });
  const reload = () => {
    renaming.reset();
    void client.invalidateQueries({ queryKey: ["tenants"] });
  };
  return (
    <>
      <Button variant="default" leftSection={<IconPencil size={16} />} onClick={() => setOpen("rename")}>
        {texts.customers.rename}
      </Button>
      {suspended ? (
        <Button
          variant="default"
          leftSection={<IconPlayerPlay size={16} />}
          loading={resuming.isPending}
          onClick={() => resuming.mutate()}
        >
          {texts.customers.resume}
        </Button>
      ) : (
        <Button variant="default" leftSection={<IconPlayerPause size={16} />} onClick={() => setOpen("suspend")}>
          {texts.customers.suspend}
        </Button>
      )}
      <RenameDialog
        key={tenant.etag}
        opened={open === "rename"}
        onClose={close}
        title={texts.customers.rename}
        label={texts.customers.name}
        current={name}
        busy={renaming.isPending}
        error={renaming.error}
        onRename={(wanted) => renaming.mutate(wanted)}
        onReload={reload}
      />
      <ConfirmDialog
        opened={open === "suspend"}
        onClose={close}
        title={texts.customers.suspendTitle(name)}
        cascade={texts.customers.suspendCascade(devices, devices - devices_connected)}
        confirm={texts.customers.suspend}
        typedName={name}
        busy={suspending.isPending}
        error={suspending.error}
        onConfirm={() => suspending.mutate()}
      />
    </>
  );
}
