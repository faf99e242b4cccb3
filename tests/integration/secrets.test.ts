// Row 71 of the fault matrix: after whole sign-ins, with every log at its loudest, the secrets that were used are looked
// for wherever others could read them (I7).
import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Lab, type Technician } from '../../packaging/lab/lab.ts';
import { must, run } from '../../packaging/lab/process.ts';
import type { Workstation } from '../../packaging/lab/workstation.ts';
import { BUILD, signInOnline, waitUntilAgentAnswers, waitUntilLocked } from './sign_ins.ts';

let lab: Lab;
let workstation: Workstation;
let people: Technician[];
const secrets = new Map<string, string>();

before(async () => {
  lab = await Lab.start({ build: BUILD, portalPort: 0, appPort: 0, mailboxPort: 0 });
  appendFileSync(lab.portal.configFile, '\n[log]\nlevel = "debug"\n');
  await lab.portal.stop();
  await lab.portal.serve();
  const tenant = await lab.addTenant('Customer-1');
  workstation = await lab.startWorkstation('w11-l');
  await workstation.must(['sed', '-i', 's/^log_level.*/log_level = "debug"/', '/etc/doorward/agent.toml']);
  await workstation.restart('agent');
  const { token } = await lab.createToken(tenant);
  secrets.set('enrolment token', token.split(':').at(-1) ?? '');
  const enrolled = await workstation.inside(['doorward', 'enrol', '--token-file', '-'], { input: token });
  assert.equal(enrolled.status, 0, enrolled.errors);
  await waitUntilAgentAnswers(workstation);
  people = await lab.addTechnicians(tenant, ['ada', 'bea']);
});

after(async () => {
  await lab?.stop();
});

/** Files (and processes) under `places` that hold one of the secrets; the pattern goes by standard input, not as a word. */
const SEARCH = `
  cat >/dev/shm/wanted
  for place in "$@"; do grep -rlaF -f /dev/shm/wanted "$place" 2>/dev/null; done
  grep -laF -f /dev/shm/wanted /proc/[0-9]*/cmdline /proc/[0-9]*/environ 2>/dev/null
  rm /dev/shm/wanted`;

async function search(inside: boolean, places: readonly string[]): Promise<string[]> {
  const input = `${[...secrets.values()].join('\n')}\n`;
  const command = ['bash', '-c', SEARCH, '_', ...places];
  const found = inside ? await workstation.inside(command, { input }) : await run(['unshare', '--mount', 'bash', '-c', `mount -t tmpfs tmpfs /dev/shm; ${SEARCH}`, '_', ...places], { input });
  return found.output.split('\n').filter((line) => line !== '');
}

test('rows 48, 71: no code, token, cookie, link or password hash is in a log, an argument, an environment, /tmp or the backup', async () => {
  const [ada, bea] = people;
  if (ada === undefined || bea === undefined) assert.fail();
  const { code } = await ada.phone.code(workstation.name);
  secrets.set('offline code', code);
  const live: string[] = [];
  const offline = await workstation.ssh(ada.account, 'id -un; sleep 4', async () => {
    setTimeout(() => void search(true, ['/tmp', '/run/doorward', '/var/log']).then((found) => live.push(...found)), 1_500);
    return code;
  });
  assert.equal(offline.output.trim(), ada.account, offline.errors);
  await signInOnline(workstation, bea, 'id -un');
  await waitUntilLocked(workstation, bea.account);

  await lab.administrator.signIn();
  secrets.set("administrator's cookie", lab.administrator.cookie);
  await lab.administrator.call('GET', '/me');
  secrets.set("phone's cookie", readFileSync(join(bea.phone.folder, 'cookie'), 'utf8').split('=')[1] ?? '');
  secrets.set('set-up link', new URL(lab.portal.setUpLink).hash.slice(1));
  const mail = await lab.mailbox.newest('bea@lab.example');
  secrets.set('invitation link', /invitation#([\w-]+)/.exec(mail.text)?.[1] ?? '');
  for (const [index, line] of (await workstation.must(['grep', '^msp-', '/etc/shadow'])).trim().split('\n').entries()) {
    secrets.set(`password hash ${index}`, (line.split(':')[1] ?? '').replace(/^!/, ''));
  }
  for (const [what, value] of secrets) assert.ok(value.length >= 8, what);

  const backup = join(lab.folder, 'copy.db');
  await lab.portal.command(['backup', '--to', backup]);
  assert.deepEqual(live, []);
  assert.deepEqual(await search(true, ['/tmp', '/var/tmp', '/run/doorward', '/var/log', '/var/lib/doorward', '/home', '/etc/doorward']), []);
  const portal = join(lab.folder, 'portal');
  assert.deepEqual(await search(false, [join(portal, 'log'), join(portal, 'data'), lab.portal.configFile, backup]), []);
  assert.ok(readdirSync(join(portal, 'data')).includes('portal.db'));
});

test('row 71: the search finds what is there', async () => {
  const [, code = ''] = [...secrets.entries()].find(([what]) => what === 'offline code') ?? [];
  await workstation.must(['tee', '/tmp/planted'], { input: `before ${code} after` });
  assert.deepEqual(await search(true, ['/tmp']), ['/tmp/planted']);
  await must(['tee', join(lab.folder, 'planted')], { input: code });
  assert.deepEqual(await search(false, [join(lab.folder, 'planted')]), [join(lab.folder, 'planted')]);
});
