// Rows 35 and 36 of the fault matrix: what a sign-in does while the portal is away, slow, or somebody else.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { Lab, selfSigned, type Technician } from '../../packaging/lab/lab.ts';
import { waitFor } from '../../packaging/lab/process.ts';
import type { Workstation } from '../../packaging/lab/workstation.ts';
import {
  captivePortal, captivePortalWithoutTls, relayingPortal, resettingPortal, SlowPortal, type Certificate, type FalsePortal,
} from './false_portal.ts';
import { agentStatus, bringBack, BUILD, OFFLINE_PROMPT, ONLINE_PROMPT, signInByCode, waitUntilAgentAnswers } from './sign_ins.ts';

let lab: Lab;
let workstation: Workstation;
let people: Technician[];
let certificate: Certificate;

/** A code counts once and the next comes half a minute later, so each test has a technician of its own. */
const somebody = (): Technician => people.pop() ?? assert.fail('more technicians are needed');

before(async () => {
  lab = await Lab.start({ build: BUILD, portalPort: 0, appPort: 0, mailboxPort: 0 });
  const tenant = await lab.addTenant('Customer-1');
  workstation = await lab.addWorkstation('w11-l', tenant);
  people = await lab.addTechnicians(tenant, ['ada', 'bea', 'cem', 'dan', 'eve', 'fay', 'gil', 'hal', 'ida', 'jon']);
  certificate = selfSigned(join(lab.folder, 'false'), 'app.localhost');
});

after(async () => {
  await lab?.stop();
});

let standIn: FalsePortal | SlowPortal | undefined;

/** In the portal's place from now on; the test's end brings the portal back. */
async function putInPlace<Portal extends FalsePortal | SlowPortal>(portal: Portal): Promise<Portal> {
  await workstation.severPortal();
  await portal.listen(workstation.gateway, lab.portal.appPort);
  standIn = portal;
  return portal;
}

async function bringPortalBack(): Promise<void> {
  await standIn?.stop();
  standIn = undefined;
  await bringBack(lab, workstation);
}

async function withRules<Value>(rules: string, work: () => Promise<Value>): Promise<Value> {
  await workstation.must(['nft', '-f', '-'], { input: `table inet fault {\n${rules}\n}\n` });
  try {
    return await work();
  } finally {
    await workstation.must(['nft', 'delete', 'table', 'inet', 'fault']);
  }
}

/** Tries to connect and says why that failed; never takes longer than the command's own patience. */
async function tryToConnect(): Promise<string> {
  const started = performance.now();
  const tried = await workstation.inside(['doorward', 'sync']);
  assert.equal(tried.status, 4, tried.output);
  assert.ok(performance.now() - started < 30_000);
  return tried.errors;
}

describe('the portal cannot be reached', () => {
  afterEach(bringPortalBack);

  test('row 35: packets are dropped: the prompt comes at once and a code signs in', async () => {
    const port = lab.portal.appPort;
    const rules = `
      chain in { type filter hook input priority 0; tcp sport ${port} drop; }
      chain out { type filter hook output priority 0; tcp dport ${port} drop; }`;
    await withRules(rules, async () => {
      // Nothing tells the workstation yet, so it still offers the phone.
      await signInByCode(workstation, somebody(), ONLINE_PROMPT);
      await workstation.restart('agent');
      await waitUntilAgentAnswers(workstation);
      await signInByCode(workstation, somebody(), OFFLINE_PROMPT);
    });
  });

  test('row 35: connections are reset: the prompt says offline and a code signs in', async () => {
    const portal = await putInPlace(resettingPortal());
    assert.match(await tryToConnect(), /tls_refused|unreachable|closed/);
    await signInByCode(workstation, somebody(), OFFLINE_PROMPT);
    assert.ok(portal.connections > 0);
  });

  test('row 35: the name server is dead: the prompt says offline and a code signs in', async () => {
    await workstation.severPortal();
    const hosts = await workstation.must(['cat', '/etc/hosts']);
    const resolver = await workstation.must(['cat', '/etc/resolv.conf']);
    const rules = 'chain out { type filter hook output priority 0; udp dport 53 drop; tcp dport 53 drop; }';
    await withRules(rules, async () => {
      // In place: these files may be mounts of their own.
      await workstation.must(['sh', '-c', 'sed s/app.localhost// /etc/hosts >/tmp/hosts; cat /tmp/hosts >/etc/hosts']);
      await workstation.must(['tee', '/etc/resolv.conf'], { input: 'nameserver 10.255.255.1\n' });
      try {
        await tryToConnect();
        await signInByCode(workstation, somebody(), OFFLINE_PROMPT);
      } finally {
        await workstation.must(['tee', '/etc/hosts'], { input: hosts });
        await workstation.must(['tee', '/etc/resolv.conf'], { input: resolver });
      }
    });
  });
});

describe('somebody else answers', () => {
  afterEach(bringPortalBack);

  for (const [what, make] of [
    ['by TLS', () => captivePortal(certificate)],
    ['in plain HTTP', () => captivePortalWithoutTls()],
  ] as const) {
    test(`row 35: a captive portal says 200 ${what}: no word of it is taken, and a code signs in`, async () => {
      const before = await agentStatus(workstation);
      const portal = await putInPlace(make());
      assert.match(await tryToConnect(), what === 'by TLS' ? /not_upgraded/ : /tls_refused/);
      await signInByCode(workstation, somebody(), OFFLINE_PROMPT);
      assert.equal((await agentStatus(workstation)).revision, before.revision);
      assert.ok(portal.connections > 0);
      });
  }

  test('rows 35, 52: a certificate of another authority with the real portal behind it: the relayed handshake is refused', async () => {
    const before = await agentStatus(workstation);
    const portal = await putInPlace(relayingPortal(certificate, lab.portal.appPort, 'app.localhost'));
    await tryToConnect();
    assert.notEqual((await agentStatus(workstation)).portal, 'up');
    await signInByCode(workstation, somebody(), OFFLINE_PROMPT);
    assert.equal((await agentStatus(workstation)).revision, before.revision);
    assert.ok(portal.connections > 0);
  });

  test("row 35: the portal's own certificate has expired: the workstation knows it by its signature and stays connected", async () => {
    const config = readFileSync(lab.portal.configFile, 'utf8');
    const own = join(lab.portal.keysFolder, 'app-host.pem');
    // In a place of its own, because the portal renews the one that it made itself.
    writeFileSync(lab.portal.configFile, config.replace(own, expired(join(lab.portal.keysFolder, 'app-host.key'))));
    try {
      await lab.portal.stop();
      await lab.portal.serve();
      await waitFor('the workstation is back', async () => (await workstation.inside(['doorward', 'sync'])).status === 0, 60_000);
      await lab.waitUntilUpToDate(workstation.name);
      await assert.rejects(lab.portal.command(['check']), /certificate of app.localhost: ends within 30 days, or has ended/);
    } finally {
      writeFileSync(lab.portal.configFile, config);
      await lab.portal.stop();
      await lab.portal.serve();
    }
  });
});

describe('the portal is slow', () => {
  after(bringPortalBack);

  test('row 36: a connection that becomes one byte a second: no prompt waits for it, and Enter is refused in time', async () => {
    const portal = await putInPlace(new SlowPortal(lab.portal.appPort, 'line'));
    await waitFor('the workstation is connected', async () => (await workstation.inside(['doorward', 'sync'])).status === 0, 60_000);
    portal.pace = 'one byte a second';
    const patient = somebody();
    const started = performance.now();
    const waiting = workstation.ssh(patient.account, 'true', (prompt) => {
      assert.match(prompt, ONLINE_PROMPT);
      return '';
    });
    await signInByCode(workstation, somebody(), ONLINE_PROMPT);
    const refused = await waiting;
    assert.notEqual(refused.status, 0);
    assert.ok(performance.now() - started < 80_000, `${performance.now() - started} ms`);
    assert.equal((await workstation.inside(['grep', '-c', `^${patient.account}:`, '/etc/passwd'])).output.trim(), '0');
  });

  test('row 36: a portal that answers 30 s late: the prompt says offline and a code signs in', async () => {
    await standIn?.stop();
    const portal = await putInPlace(new SlowPortal(lab.portal.appPort, '30 s late'));
    await workstation.restart('agent');
    await waitFor('the workstation tries to connect', () => portal.connections > 0, 60_000);
    assert.equal((await agentStatus(workstation)).portal, 'connecting');
    await signInByCode(workstation, somebody(), OFFLINE_PROMPT);
  });
});

/** A certificate of that key with an end in the past. */
function expired(key: string): string {
  const folder = join(lab.folder, 'expired');
  execFileSync('bash', ['-euc', `
    mkdir "$1"; cd "$1"; : >index.txt; echo 01 >serial
    openssl req -new -key "$2" -subj /CN=app.localhost -out request.pem
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=old -keyout ca.key -out ca.pem
    printf '[ca]\\ndefault_ca=d\\n[d]\\ndatabase=index.txt\\nserial=serial\\nnew_certs_dir=.\\ndefault_md=sha256\\npolicy=p\\n[p]\\ncommonName=supplied\\n' >ca.cnf
    openssl ca -batch -config ca.cnf -cert ca.pem -keyfile ca.key -startdate 20200101000000Z -enddate 20200201000000Z \\
      -in request.pem -out expired.pem -notext`, '_', folder, key], { stdio: 'pipe' });
  return join(folder, 'expired.pem');
}
