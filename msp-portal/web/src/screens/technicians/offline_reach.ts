import type { Device, Right } from "../../api/types";

/** Workstations that cannot be told now and whose horizon has not passed. */
export function outOfReach(devices: readonly Device[], now: number): Device[] {
  return devices
    .filter(({ connected, offline_until }) => !connected && offline_until !== null && Date.parse(offline_until) > now)
    .sort((left, right) => String(right.offline_until).localeCompare(String(left.offline_until)));
}

/** Those of them that the rights reach; the workstation itself decides, this only warns. */
export function enterableOffline(devices: readonly Device[], rights: readonly Right[], now: number): Device[] {
  const inForce = rights.filter((right) => right.in_force);
  const reaches = (device: Device) =>
    inForce.some(({ object }) => {
      if (object.kind === "all_devices") return true;
      return object.kind === "tenant" ? object.id === device.tenant.id : object.kind === "device" && object.id === device.id;
    });
  return outOfReach(devices, now).filter((device) => device.state === "active" && reaches(device));
}

/** The rights that some of these technicians hold, by name or as everyone does. */
export function rightsOf(rights: readonly Right[], technicianIds: readonly string[]): Right[] {
  return rights.filter(({ subject }) => subject.kind === "everyone" || technicianIds.includes(subject.id ?? ""));
}
