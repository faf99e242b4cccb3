import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Certificates {
  readonly ca: string;
  readonly caFile: string;
  readonly key: string;
  readonly cert: string;
}

/** A CA of the test's own and one certificate for app.localhost. */
export function makeCertificates(folder: string): Certificates {
  const path = (name: string) => join(folder, name);
  const ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  const openssl = (...words: readonly string[]) => execFileSync("openssl", words, { stdio: "pipe" });
  openssl("req", "-x509", ...ec, "-subj", "/CN=Doorward test CA", "-days", "2", "-keyout", path("ca.key"), "-out", path("ca.pem"));
  openssl(
    "req", "-x509", ...ec, "-subj", "/CN=app.localhost", "-addext", "subjectAltName=DNS:app.localhost", "-addext", "basicConstraints=CA:FALSE",
    "-CA", path("ca.pem"), "-CAkey", path("ca.key"), "-days", "2", "-keyout", path("app.key"), "-out", path("app.pem"),
  );
  const read = (name: string) => readFileSync(path(name), "utf8");
  return { ca: read("ca.pem"), caFile: path("ca.pem"), key: read("app.key"), cert: read("app.pem") };
}

/** A home for Chromium that trusts the CA, so that service workers register as they do for real. */
export function makeTrustingHome(folder: string, caFile: string): string {
  const database = join(folder, "home", ".pki", "nssdb");
  mkdirSync(database, { recursive: true });
  execFileSync("certutil", ["-d", `sql:${database}`, "-N", "--empty-password"], { stdio: "pipe" });
  execFileSync("certutil", ["-d", `sql:${database}`, "-A", "-t", "C,,", "-n", "doorward-test", "-i", caFile], { stdio: "pipe" });
  return join(folder, "home");
}
