import { spawn } from "node:child_process";
import { FakePortal } from "../fake/server.ts";

/**
 * A portal to walk through: the fake one, or a real one named by the environment:
 *   DOORWARD_PORTAL_URL     for instance https://portal.localhost:8443
 *   DOORWARD_SET_UP_LINK    the link printed by `doorward-portal init`
 *   DOORWARD_CA_HOME        a home folder whose .pki/nssdb trusts the portal's CA
 *   DOORWARD_ENROL_COMMAND  run by a shell with the install line on its standard input; a workstation has to follow
 */
export interface Target {
  origin: string;
  setUpLink: string;
  browserHome: string | undefined;
  enrol: (installLine: string) => Promise<void>;
  close: () => Promise<void>;
}

export async function openTarget(): Promise<Target> {
  const origin = process.env.DOORWARD_PORTAL_URL;
  return origin === undefined ? fakeTarget(await FakePortal.start()) : realTarget(origin);
}

export function fakeTarget(portal: FakePortal): Target {
  return {
    origin: portal.origin,
    setUpLink: `${portal.origin}/set-up#${portal.state.setUpSecret}`,
    browserHome: undefined,
    enrol: async () => {
      const [tenant] = portal.state.tenants;
      if (!tenant) throw new Error("there is no customer to enrol at");
      portal.state.addDevice(tenant, "W11-L");
      portal.changed("devices");
    },
    close: () => portal.close(),
  };
}

function realTarget(origin: string): Target {
  return {
    origin,
    setUpLink: fromEnvironment("DOORWARD_SET_UP_LINK"),
    browserHome: process.env.DOORWARD_CA_HOME,
    enrol: (installLine) => runWithInput(fromEnvironment("DOORWARD_ENROL_COMMAND"), installLine),
    close: async () => undefined,
  };
}

function fromEnvironment(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === "") throw new Error(`${name} has to be set for a real portal`);
  return value;
}

async function runWithInput(command: string, input: string): Promise<void> {
  const child = spawn("/bin/sh", ["-c", command], { stdio: ["pipe", "inherit", "inherit"] });
  child.stdin.end(`${input}\n`);
  const code = await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  if (code !== 0) throw new Error(`enrolling ended with ${String(code)}`);
}
