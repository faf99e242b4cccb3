// What whoever runs a portal does with it: mail, backup and restore, checks, recovery. The real program and real files.
import assert from 'node:assert/strict';
import { chmodSync, cpSync, existsSync, mkdirSync, openSync, readFileSync, closeSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { Administrator } from '../../packaging/lab/administrator.ts';
import { Lab, selfSigned, type Technician } from '../../packaging/lab/lab.ts';
import { Mailbox, type MailSecurity } from '../../packaging/lab/mailbox/mailbox.ts';
import { run, waitFor, type Finished } from '../../packaging/lab/process.ts';
import type { Workstation } from '../../packaging/lab/workstation.ts';
import { agentStatus, BUILD, signInByCode, signInOnline, ONLINE_PROMPT } from './sign_ins.ts';

let lab: Lab;
let workstation: Workstation;
let nik: Technician;
let eve: Technician;
let tenant: string;
let config: string;

/** A command of the portal's program with a configuration of its own, whatever its status. */
const command = (configFile: string, ...verb: readonly string[]): Promise<Finished> =>
  run([lab.portal.program, ...verb, '--config', configFile], { timeoutMs: 60_000 });

/** The running portal's configuration with something replaced, as another file. */
function variant(name: string, from: string | RegExp, to: string): string {
  const file = join(lab.folder, `${name}.toml`);
  const text = readFileSync(config, 'utf8').replace(from, to);
  assert.notEqual(text, readFileSync(config, 'utf8'));
  writeFileSync(file, text, { mode: 0o640 });
  return file;
}

async function restartWith(text: string): Promise<void> {
  writeFileSync(config, text);
  await lab.portal.stop();
  await lab.portal.serve();
}

function flipByte(file: string, at: number): void {
  const byte = readFileSync(file)[at] ?? assert.fail('the file is too short');
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Uint8Array.of(byte ^ 1), 0, 1, at);
  closeSync(descriptor);
}

before(async () => {
  lab = await Lab.start({ build: BUILD, portalPort: 0, appPort: 0, mailboxPort: 0 });
  config = lab.portal.configFile;
  tenant = await lab.addTenant('Customer-1');
  workstation = await lab.addWorkstation('w11-l', tenant);
  const technicians = await lab.addTechnicians(tenant, ['nik', 'eve']);
  nik = technicians[0] ?? assert.fail();
  eve = technicians[1] ?? assert.fail();
});

after(async () => {
  await lab?.stop();
});

describe('mail', () => {
  let good: string;
  let mailbox: Mailbox | undefined;
  let invited = 0;

  before(() => {
    good = readFileSync(config, 'utf8');
  });
  afterEach(async () => {
    await mailbox?.stop();
    mailbox = undefined;
    await restartWith(good);
  });

  async function mailThrough(offered: MailSecurity, wanted: 'starttls' | 'tls', certificate: { cert: string; key: string }): Promise<Mailbox> {
    mailbox = new Mailbox(certificate, offered);
    await mailbox.start(0);
    await restartWith(good.replace(/port = \d+\nsecurity = "starttls"/, `port = ${mailbox.smtpPort}\nsecurity = "${wanted}"`));
    return mailbox;
  }

  async function invite(): Promise<string> {
    invited += 1;
    const username = `guest${invited}`;
    await lab.administrator.call('POST', '/technicians', { name: `Guest ${invited}`, username, email: `${username}@lab.example`, rights: [] });
    return `${username}@lab.example`;
  }

  const own = () => ({ cert: readFileSync(join(lab.folder, 'mail.crt'), 'utf8'), key: readFileSync(join(lab.folder, 'mail.key'), 'utf8') });

  for (const security of ['starttls', 'tls'] as const) {
    test(`an invitation arrives encrypted: ${security}`, async () => {
      const box = await mailThrough(security, security, own());
      const mail = await box.newest(await invite());
      assert.equal(mail.secure, true);
      assert.match(mail.text, /\/invitation#[A-Za-z0-9_-]{43}/);
    });

    test(`nothing is sent to a server whose certificate is not trusted: ${security}`, async () => {
      const box = await mailThrough(security, security, selfSigned(join(lab.folder, `stranger-${security}`), 'localhost'));
      await invite();
      await waitFor('the portal says why', () => /not_sent.*TLS refused or not trusted/.test(lab.portal.log.split(' serving').at(-1) ?? ''));
      assert.deepEqual(box.mails, []);
    });
  }

  test('nothing is sent to a server without TLS', async () => {
    const box = await mailThrough('none', 'starttls', own());
    await invite();
    await waitFor('the portal says why', () => /not_sent.*mail server/.test(lab.portal.log.split(' serving').at(-1) ?? ''));
    assert.deepEqual(box.mails, []);
  });

  test('what could not be sent arrives when the server is right again', async () => {
    const late = `guest${invited}@lab.example`;
    assert.equal((await lab.mailbox.newest(late, 45_000)).secure, true);
  });
});

describe('the command line', () => {
  test('init refuses a second time, also under another configuration file', async () => {
    const init = (file: string) =>
      command(
        file, 'init', '--data', lab.portal.dataFolder, '--keys', lab.portal.keysFolder,
        '--portal-origin', lab.portal.portalOrigin, '--app-origin', lab.portal.appOrigin,
        '--portal-web', '/tmp', '--app-web', '/tmp',
      );
    const keys = readFileSync(join(lab.portal.keysFolder, 'authority.pem'), 'utf8');
    const again = await init(config);
    assert.equal(again.status, 1);
    assert.match(again.errors, /is there already; init never overwrites/);
    const other = await init(join(lab.folder, 'second.toml'));
    assert.equal(other.status, 1);
    assert.equal(existsSync(join(lab.folder, 'second.toml')), false);
    assert.equal(readFileSync(join(lab.portal.keysFolder, 'authority.pem'), 'utf8'), keys);
    assert.equal((await command(config, 'check')).status, 0);
  });

  test('a second portal on the same store does not start', async () => {
    const refused = await command(config, 'serve');
    assert.equal(refused.status, 1);
    assert.match(refused.errors, /another portal is running/);
  });

  test('files that others may read or change are refused, by name', async () => {
    for (const [file, mode, verb] of [
      [config, 0o666, 'check'],
      [join(lab.portal.keysFolder, 'store.key'), 0o644, 'check'],
      [join(lab.portal.dataFolder, 'portal.db'), 0o644, 'check'],
      [lab.portal.dataFolder, 0o777, 'check'],
      [lab.portal.keysFolder, 0o777, 'check'],
    ] as const) {
      const before = statSync(file).mode & 0o777;
      chmodSync(file, mode);
      try {
        const refused = await command(config, verb);
        assert.equal(refused.status, 1, `${file}: ${refused.output}${refused.errors}`);
        assert.match(refused.output + refused.errors, /only its owner|others|permissions|mode 0600/i, file);
      } finally {
        chmodSync(file, before);
      }
    }
    assert.equal((await command(config, 'check')).status, 0);
  });

  test('check finds a damaged store, and names what is damaged', async () => {
    const copy = join(lab.folder, 'damaged');
    mkdirSync(copy, { mode: 0o700 });
    assert.equal((await command(config, 'backup', '--to', join(copy, 'portal.db'))).status, 0);
    const file = variant('damaged', lab.portal.dataFolder, copy);
    assert.equal((await command(file, 'check')).status, 0);
    flipByte(join(copy, 'portal.db'), Math.floor(statSync(join(copy, 'portal.db')).size / 2));
    const found = await command(file, 'check', '--json');
    assert.equal(found.status, 1);
    const { sound, findings } = JSON.parse(found.output) as { sound: boolean; findings: { what: string; sound: boolean }[] };
    assert.equal(sound, false);
    assert.deepEqual(findings.filter((finding) => !finding.sound && !/^(store|audit)/.test(finding.what)), []);
    const restored = await command(file, 'restore', '--from', join(copy, 'portal.db'));
    assert.notEqual(restored.status, 0);
    assert.match(restored.errors, /is damaged|no backup of this portal/);
  });

  test('a backup that does not fit says so and leaves nothing that looks like one', async (context) => {
    if (process.getuid?.() !== 0) return context.skip('needs root for a small disk');
    const disk = join(lab.folder, 'small-disk');
    mkdirSync(disk);
    const script = 'mount -t tmpfs -o size=64k tmpfs "$1"; "$2" backup --to "$1/copy.db" --config "$3"; s=$?; ls -s "$1"; exit $s';
    const refused = await run(['unshare', '--mount', 'sh', '-c', script, '_', disk, lab.portal.program, config]);
    assert.equal(refused.status, 1, refused.output);
    assert.match(refused.errors, /copy\.db cannot be written/);
    assert.doesNotMatch(refused.output, /[1-9]\d* copy\.db/);
    return undefined;
  });
});

interface RestoreReport {
  readonly name: string;
  readonly reported_at: string | null;
  readonly roster: string;
  readonly revisions_lacking: number;
  readonly events_lacking: number;
}
interface RestoreState {
  readonly restore: { readonly unknown_devices: number; readonly devices: RestoreReport[] } | null;
}

describe('a backup', () => {
  test('row 43: made under load and put into an empty place is a portal that tells workstations nothing until it is accepted', async () => {
    const copy = join(lab.folder, 'backup.db');
    const writes = Promise.all(
      Array.from({ length: 20 }, (_, number) => lab.administrator.call('POST', '/tenants', { name: `Customer-under-load-${number}` })),
    );
    const made = await command(config, 'backup', '--to', copy);
    assert.equal(made.status, 0, made.errors);
    await writes;
    // What the backup does not know: somebody is put out, and a sign-in happens.
    await lab.administrator.call('POST', `/technicians/${eve.id}/disable`, { reason: 'left' });
    await lab.waitUntilUpToDate(workstation.name);
    await signInOnline(workstation, nik, 'id -un');
    assert.equal(statSync(copy).mode & 0o777, 0o600);
    assert.equal(readFileSync(copy).includes('Customer-1'), false);
    const again = await command(config, 'backup', '--to', copy);
    assert.equal(again.status, 1, 'an existing file is overwritten');

    const running = await command(config, 'restore', '--from', copy);
    assert.equal(running.status, 1);
    assert.match(running.errors, /another portal is running/);

    await lab.portal.stop();
    const place = join(lab.folder, 'elsewhere');
    const keys = join(lab.folder, 'elsewhere-keys');
    mkdirSync(place, { mode: 0o700 });
    cpSync(lab.portal.keysFolder, keys, { recursive: true });
    chmodSync(keys, 0o700);
    const text = readFileSync(config, 'utf8').replaceAll(lab.portal.dataFolder, place).replaceAll(lab.portal.keysFolder, keys);
    writeFileSync(config, text);
    const restored = await command(config, 'restore', '--from', copy);
    assert.equal(restored.status, 0, restored.errors);
    assert.equal((await command(config, 'check')).status, 0);
    await lab.portal.serve();

    assert.equal((await lab.administrator.ask('GET', '/me')).status, 401, "the copy's sessions still work");
    await lab.administrator.signIn();
    await workstation.severPortal();
    await workstation.restorePortal();
    const report = async (): Promise<RestoreReport | undefined> =>
      (await lab.administrator.call<RestoreState>('GET', '/restore')).restore?.devices.find(({ name }) => name === workstation.name);
    await waitFor('the workstation says what it holds', async () => (await report())?.reported_at != null, 60_000);
    const held = await report();
    assert.equal(held?.roster, 'newer');
    assert.ok((held?.revisions_lacking ?? 0) > 0);
    await waitFor('the events that the backup lacks have come back', async () => (await report())?.events_lacking === 0, 60_000);

    // Eve is back in the portal, and not on the workstation, which is told nothing and lets others in as before.
    const revision = (await agentStatus(workstation)).revision;
    const known = await lab.administrator.call<{ status: string }>('GET', `/technicians/${eve.id}`);
    assert.equal(known.status, 'active', 'the backup knows that Eve was put out');
    const online = await signInOnline(workstation, nik, 'id -un');
    assert.equal(online.output.trim(), nik.account, online.errors);
    await signInByCode(workstation, nik, ONLINE_PROMPT);
    const { code } = await eve.phone.code(workstation.name);
    const refused = await workstation.ssh(eve.account, 'id -un', () => code);
    assert.notEqual(refused.status, 0, 'Eve got in by a restored portal');
    const given = await lab.administrator.ask('POST', `/tenants/${tenant}/enrolment-tokens`, { label: null, uses_allowed: 1, valid_hours: 1 });
    assert.equal(given.status, 409);
    assert.equal((await agentStatus(workstation)).revision, revision, 'the workstation was told something');

    await lab.administrator.call('POST', `/technicians/${eve.id}/disable`, { reason: 'left' });
    await lab.administrator.acceptRestore();
    assert.equal((await lab.administrator.call<RestoreState>('GET', '/restore')).restore, null);
    await lab.waitUntilUpToDate(workstation.name);
    const after = await signInOnline(workstation, nik, 'id -un');
    assert.equal(after.output.trim(), nik.account, after.errors);
    await waitFor('the restore is on record', async () =>
      (await lab.auditEvents()).some((event) => event.kind === 'portal_restored'),
    );
    await waitFor('its acceptance too', async () =>
      (await lab.auditEvents()).some((event) => event.kind === 'restore_accepted_alone'),
    );
  });
});

describe('recovery', () => {
  test('an owner who lost every passkey gets in again by a link from the console, and it is on record', async () => {
    const [link] = /https:\/\/\S+\/set-up#\S+/.exec(await lab.portal.command(['owner', 'recover'])) ?? assert.fail();
    const again = new Administrator(lab.portal.portalOrigin, lab.portal.authority);
    await again.setUp(link, null);
    await again.signIn();
    assert.equal((await again.call<{ technician: { username: string } }>('GET', '/me')).technician.username, 'olivia');
    await assert.rejects(new Administrator(lab.portal.portalOrigin, lab.portal.authority).setUp(link, null));
    const kinds = (await again.call<{ items: { kind: string }[] }>('GET', '/audit-events?limit=50')).items.map((event) => event.kind);
    assert.ok(kinds.includes('owner_recovery_started'), kinds.join());
    await assert.rejects(lab.administrator.signIn(), 'the lost passkey still works');
  });
});
