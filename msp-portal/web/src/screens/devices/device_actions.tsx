import { Button } from "@mantine/core";
import { IconPencil, IconPlayerPause, IconPlayerPlay, IconShieldCheck, IconTrash } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, body, nothing, type Versioned } from "../../api/client";
import type { Device } from "../../api/types";
import { ConfirmDialog } from "../../parts/confirm_dialog";
import { RenameDialog } from "../../parts/rename_dialog";
import { useAct, useChangeSaying } from "../../parts/use_act";
import { useTexts } from "../../texts/texts";
import { StatementButton } from "./statement_button";

export function DeviceActions({ device }: { device: Versioned<Device> }) {
  const texts = useTexts();
  const words = texts.devices;
  const say = useChangeSaying();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [open, setOpen] = useState<"rename" | "suspend" | "release" | "remove" | null>(null);
  const { id: device_id, name, state, connected, sessions } = device.value;
  const params = { path: { device_id } };
  const close = () => setOpen(null);
  const renaming = useAct({
    act: (wanted: string) =>
      nothing(
        api.PATCH("/devices/{device_id}", {
          params: { ...params, header: { "If-Match": device.etag } },
          body: { name: wanted },
        }),
      ),
    touches: ["devices"],
    says: () => texts.customers.renamed,
    onDone: close,
  });
  const suspending = useAct({
    act: () => nothing(api.POST("/devices/{device_id}/suspend", { params })),
    touches: ["devices"],
    says: () => words.suspendedNow(name),
    onDone: close,
  });
  const resuming = useAct({
    act: () => body(api.POST("/devices/{device_id}/resume", { params })),
    touches: ["devices", "changes"],
    says: ({ change }) => say(change),
    errors: state === "quarantined" ? "screen" : "toast",
    onDone: close,
  });
  const leave = () => {
    client.removeQueries({ queryKey: ["devices", device_id] });
    void client.invalidateQueries({ queryKey: ["devices", "list"] });
    void navigate({ to: "/devices" });
  };
  const removing = useAct({
    act: () => nothing(api.DELETE("/devices/{device_id}", { params })),
    touches: ["tenants", "rights"],
    says: () => words.removed(name),
    onDone: leave,
  });
  const reload = () => {
    renaming.reset();
    void client.invalidateQueries({ queryKey: ["devices"] });
  };
  return (
    <>
      <Button variant="default" leftSection={<IconPencil size={16} />} onClick={() => setOpen("rename")}>
        {words.rename}
      </Button>
      {state === "suspended" ? (
        <Button
          variant="default"
          leftSection={<IconPlayerPlay size={16} />}
          loading={resuming.isPending}
          onClick={() => resuming.mutate()}
        >
          {words.resume}
        </Button>
      ) : state === "quarantined" ? (
        <Button variant="default" leftSection={<IconShieldCheck size={16} />} onClick={() => setOpen("release")}>
          {words.quarantine.release}
        </Button>
      ) : (
        <Button variant="default" leftSection={<IconPlayerPause size={16} />} onClick={() => setOpen("suspend")}>
          {words.suspend}
        </Button>
      )}
      <StatementButton deviceId={device_id} deviceName={name} onTaken={leave} />
      <Button variant="default" c="var(--mantine-color-error)" leftSection={<IconTrash size={16} />} onClick={() => setOpen("remove")}>
        {words.remove}
      </Button>
      <RenameDialog
        key={device.etag}
        opened={open === "rename"}
        onClose={close}
        title={words.rename}
        label={words.columns.name}
        current={name}
        busy={renaming.isPending}
        error={renaming.error}
        onRename={(wanted) => renaming.mutate(wanted)}
        onReload={reload}
      />
      <ConfirmDialog
        opened={open === "suspend"}
        onClose={close}
        title={words.suspendTitle(name)}
        cascade={words.suspendCascade(connected, sessions ?? 0)}
        confirm={words.suspend}
        busy={suspending.isPending}
        error={suspending.error}
        onConfirm={() => suspending.mutate()}
      />
      <ConfirmDialog
        opened={open === "release"}
        onClose={close}
        title={words.quarantine.releaseTitle(name)}
        cascade={words.quarantine.releaseCascade}
        confirm={words.quarantine.release}
        busy={resuming.isPending}
        error={resuming.error}
        onConfirm={() => resuming.mutate()}
      />
      <ConfirmDialog
        opened={open === "remove"}
        onClose={close}
        title={words.removeTitle(name)}
        cascade={words.removeCascade(connected, sessions ?? 0)}
        confirm={words.remove}
        typedName={name}
        busy={removing.isPending}
        error={removing.error}
        onConfirm={() => removing.mutate()}
      />
    </>
  );
}
