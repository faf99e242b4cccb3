// One secret for a customer's codes, on real workstations: what oathtool computes from the otpauth URI signs in; a code
// that two workstations took is an alarm; whoever is taken away ends the secret at once.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Lab, type Technician } from '../../packaging/lab/lab.ts';
import { must, waitFor } from '../../packaging/lab/process.ts';
import type { SshResult } from '../../packaging/lab/ssh_session.ts';
import type { Workstation } from '../../packaging/lab/workstation.ts';
import { bringBack, BUILD, OFFLINE_PROMPT } from './sign_ins.ts';

interface Codes {
  readonly secrets: { key_id: string; ends_at: string | null }[];
  readonly workstations: { id: string; name: string; confirmed: boolean }[];
  readonly readings: { technician: { id: string } }[];
  readonly may_read: string;
}

const PERIOD_MS = 30_000;

let lab: Lab;
let tenant: string;
let first: Workstation;
let second: Workstation;
let nik: Technician;
let ada: Technician;
let secret: string;
let keyId: string;

const codes = (): Promise<Codes> => lab.administrator.call('GET', `/tenants/${tenant}/codes`);

async function applyScheme(scheme: string): Promise<{ change: { state: string; kind: string } | null }> {
  const { headers } = await lab.administrator.ask('GET', `/tenants/${tenant}`);
  const wish = { account_mode: null, account_prefix: null, code_scheme: scheme };
  return lab.administrator.call('PUT', `/tenants/${tenant}/accounts`, wish, { 'If-Match': String(headers['etag']) });
}

/** Read as an authenticator app reads it. */
async function scan(): Promise<void> {
  const { otpauth_uri } = await lab.administrator.call<{ otpauth_uri: string }>('POST', `/tenants/${tenant}/codes/readings`, {});
  const uri = new URL(otpauth_uri);
  assert.deepEqual([uri.protocol, uri.host], ['otpauth:', 'totp']);
  assert.deepEqual(['algorithm', 'digits', 'period'].map((name) => uri.searchParams.get(name)), ['SHA1', '6', '30']);
  secret = uri.searchParams.get('secret') ?? '';
  keyId = decodeURIComponent(uri.pathname).split('·')[1] ?? '';
}

const oathtool = async (at = Date.now()): Promise<string> =>
  (await must(['oathtool', '--totp', '--base32', `--now=@${Math.floor(at / 1000)}`, secret])).trim();

/** So that a code lasts for what is done with it, and none before it counts any more. */
async function freshStep(): Promise<void> {
  const next = (Math.floor(Date.now() / PERIOD_MS) + 1) * PERIOD_MS;
  await new Promise((resolve) => setTimeout(resolve, next - Date.now() + 200));
}

const signIn = (at: Workstation, technician: Technician, code: string, prompt: RegExp = OFFLINE_PROMPT): Promise<SshResult> =>
  at.ssh(technician.account, 'id -un; sudo -n id -u', (text) => {
    assert.match(text, prompt);
    return code;
  });

const entered = (result: SshResult, technician: Technician): void =>
  assert.deepEqual(result.output.trim().split('\n'), [technician.account, '0'], `${result.prompts.join()} ${result.errors}`);

async function cut(workstation: Workstation): Promise<void> {
  await workstation.severPortal();
  await waitFor(`the portal misses ${workstation.name}`, async () => (await lab.device(workstation.name))?.connected === false);
}

before(async () => {
  lab = await Lab.start({ build: BUILD, portalPort: 0, appPort: 0, mailboxPort: 0 });
  tenant = await lab.addTenant('Customer-1');
  first = await lab.addWorkstation('w11-l', tenant);
  second = await lab.addWorkstation('w11-m', tenant);
  [nik, ada] = (await lab.addTechnicians(tenant, ['nik', 'ada'])) as [Technician, Technician];
});

after(async () => {
  await lab?.stop();
});

describe('one secret for a customer\'s codes', () => {
  test('until a workstation is confirmed its codes stay its own', async () => {
    const applied = await applyScheme('per_tenant');
    // The lab has one administrator; two are the portal's own tests' business.
    assert.deepEqual([applied.change?.kind, applied.change?.state], ['tenant_code_scheme', 'applied_alone']);
    await lab.waitUntilUpToDate(first.name);
    const { secrets, workstations } = await codes();
    assert.equal(secrets.length, 1);
    assert.deepEqual(workstations.map(({ confirmed }) => confirmed), [false, false]);
    const { code } = await nik.phone.code(first.name);
    assert.equal(code.length, 8);
    await cut(first);
    entered(await signIn(first, nik, code), nik);
    await bringBack(lab, first);
  });

  test('it is shown to a technician of the customer, once, on record', async () => {
    assert.equal((await codes()).may_read, 'no_right');
    assert.equal((await lab.administrator.ask('POST', `/tenants/${tenant}/codes/readings`, {})).status, 403);
    const me = await lab.administrator.call<{ technician: { id: string } }>('GET', '/me');
    await lab.grant(me.technician, { kind: 'tenant', id: tenant });
    await scan();
    assert.equal((await lab.administrator.ask('POST', `/tenants/${tenant}/codes/readings`, {})).status, 409);
    const { may_read, readings, secrets } = await codes();
    assert.equal(may_read, 'read_before');
    assert.deepEqual(readings.map(({ technician }) => technician.id), [me.technician.id]);
    assert.equal(keyId, secrets[0]?.key_id);
    assert.equal((await lab.auditEvents('&kind=tenant_code_read')).length, 1);
  });

  test('what oathtool computes signs in on a confirmed workstation, once', async () => {
    const { workstations } = await codes();
    await lab.administrator.call('POST', `/tenants/${tenant}/codes/confirmations`, { device_ids: workstations.map(({ id }) => id) });
    for (const workstation of [first, second]) await lab.waitUntilUpToDate(workstation.name);
    for (const workstation of [first, second]) await cut(workstation);
    await freshStep();
    const code = await oathtool();
    assert.match(code, /^\d{6}$/);
    const result = await signIn(first, nik, code);
    entered(result, nik);
    assert.ok(result.prompts[0]?.includes(`w11-l·${keyId}`), result.prompts.join());
    assert.notEqual((await signIn(first, nik, code)).status, 0);
    assert.notEqual((await signIn(first, ada, code)).status, 0);
    // Row 42: another workstation that is offline cannot know, and takes it.
    entered(await signIn(second, ada, code), ada);
  });

  test('row 42: the code that two workstations took is an alarm when their logs have come', async () => {
    assert.equal((await lab.auditEvents('&kind=code_used_twice')).length, 0);
    for (const workstation of [first, second]) await bringBack(lab, workstation);
    await waitFor('the alarm', async () => (await lab.auditEvents('&kind=code_used_twice')).length === 1, 60_000);
    const { codes_used_twice } = await lab.administrator.call<{ codes_used_twice: number }>('GET', '/dashboard');
    assert.equal(codes_used_twice, 1);
  });

  test('the phone app shows the same code, in airplane mode', async () => {
    await waitFor('the phone has the secret', async () => {
      await nik.phone.workstations();
      return (await nik.phone.code(first.name, 'any')).code.length === 6;
    }, 60_000);
    const shown = await nik.phone.code(first.name, 'any');
    assert.equal(shown.code, await oathtool(shown.step * PERIOD_MS));
    assert.equal(shown.key_id, keyId);
  });

  test('a technician without the portal reads the same secret on the phone, once, on record', async () => {
    const read = await nik.phone.secret(first.name);
    assert.equal(new URL(read.otpauth_uri).searchParams.get('secret'), secret);
    assert.equal(read.key_id, keyId);
    await assert.rejects(nik.phone.secret(first.name), /shown_before/);
    const { readings } = await codes();
    assert.deepEqual(readings.map(({ technician }) => technician.id).slice(1), [nik.id]);
    assert.equal((await lab.auditEvents('&kind=tenant_code_read')).length, 2);
  });

  test('a technician who is taken away ends the secret at once; the others\' phones have the new one', async () => {
    const old = secret;
    await lab.administrator.call('POST', `/technicians/${nik.id}/disable`, { reason: 'left' });
    for (const workstation of [first, second]) await lab.waitUntilUpToDate(workstation.name);
    const { secrets, readings } = await codes();
    assert.equal(secrets.length, 1);
    assert.notEqual(secrets[0]?.key_id, undefined);
    assert.deepEqual(readings, []);
    await freshStep();
    await cut(first);
    assert.notEqual((await signIn(first, ada, await oathtool())).status, 0);
    await waitFor('the phone has the new secret', async () => {
      await ada.phone.workstations();
      return (await ada.phone.code(first.name, 'any')).key_id === secrets[0]?.key_id;
    }, 60_000);
    // Shown while it was waited for, but used by nobody.
    const { code } = await ada.phone.code(first.name, 'any');
    entered(await signIn(first, ada, code), ada);
    await scan();
    assert.notEqual(secret, old);
    assert.notEqual((await signIn(first, nik, await oathtool())).status, 0);
    await bringBack(lab, first);
  });

  test('back to codes of each workstation, at once and by one person', async () => {
    const { change } = await applyScheme('per_machine');
    assert.equal(change, null);
    await lab.waitUntilUpToDate(first.name);
    assert.deepEqual((await codes()).secrets, []);
    await cut(first);
    await freshStep();
    assert.notEqual((await signIn(first, ada, await oathtool())).status, 0);
    await bringBack(lab, first);
    await waitFor('the phone knows', async () => {
      await ada.phone.workstations();
      return (await ada.phone.code(first.name, 'any')).code.length === 8;
    }, 60_000);
    // Shown while it was waited for, but used by nobody.
    const { code } = await ada.phone.code(first.name, 'any');
    await cut(first);
    entered(await signIn(first, ada, code), ada);
  });
});
