// What becomes of an account's home on a real workstation: it stays, or is made anew for whoever comes into the empty
// account, whatever the one before did to it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Lab, type Technician } from '../../packaging/lab/lab.ts';
import { waitFor } from '../../packaging/lab/process.ts';
import type { SshResult } from '../../packaging/lab/ssh_session.ts';
import type { Workstation } from '../../packaging/lab/workstation.ts';
import * as signIns from './sign_ins.ts';
import { BUILD, numberIn, waitUntilLocked } from './sign_ins.ts';

let lab: Lab;
let tenant: string;
let workstation: Workstation;
let nik: Technician;
let ada: Technician;

async function homesAre(homes: string): Promise<number> {
  const { headers } = await lab.administrator.ask('GET', `/tenants/${tenant}`);
  const { status } = await lab.administrator.ask('PATCH', `/tenants/${tenant}/settings`, { homes }, { 'If-Match': String(headers['etag']) });
  if (status === 200) await lab.waitUntilUpToDate(workstation.name);
  return status;
}

/** A whole session; what it printed, after the account is locked. */
async function session(command: string): Promise<string> {
  const result = await signIns.signInOnline(workstation, nik, command);
  await waitUntilLocked(workstation, nik.account);
  assert.equal(result.status, 0, `${result.output} ${result.errors}`);
  return result.output.trim();
}

const exists = async (path: string): Promise<boolean> => (await workstation.inside(['test', '-e', path])).status === 0;
const waitUntilGone = (path: string): Promise<void> => waitFor(`${path} is gone`, async () => !(await exists(path)), 30_000);
const home = (): string => `/home/${nik.account}`;
const aside = (): string => `/home/.doorward-gone-${nik.account}`;
const lastLocked = async () =>
  (await lab.auditEvents()).find(({ kind, account }) => kind === 'account_locked' && account === nik.account);

before(async () => {
  lab = await Lab.start({ build: BUILD, portalPort: 0, appPort: 0, mailboxPort: 0 });
  tenant = await lab.addTenant('Customer-1');
  workstation = await lab.addWorkstation('w11-l', tenant);
  [nik, ada] = (await lab.addTechnicians(tenant, ['nik', 'ada'])) as [Technician, Technician];
  await workstation.must(['mkdir', '/srv/precious']);
  await workstation.must(['touch', '/srv/precious/file']);
});

after(async () => {
  await lab?.stop();
});

test('kept: what was left is there again', async () => {
  await session('touch left');
  assert.equal(await session('ls left'), 'left');
});

describe('fresh', () => {
  test('the first session finds nothing of the one before, and the last leaves nothing', async () => {
    assert.equal(await homesAre('fresh'), 200);
    assert.equal(await session('test ! -e left && touch left && id -un'), nik.account);
    await waitUntilGone(home());
    assert.equal(await exists(aside()), false);
    assert.equal(await session('test ! -e left && stat -c %a . && pwd'), `700\n${home()}`);
    await waitUntilGone(home());
  });

  test('links out of the home lead nowhere, and files of root go with it', async () => {
    await session(
      'ln -s /srv/precious way; mkdir -p .config; ln -s /srv/precious .config/systemd; ln -s /etc .local; ' +
        'sudo -n sh -c "mkdir -m 700 roots; touch roots/file; touch secret; chmod 000 secret"; mkdir -m 000 shut',
    );
    await waitUntilGone(home());
    assert.equal(await exists(aside()), false);
    assert.equal(await exists('/srv/precious/file'), true);
    assert.equal(await exists('/etc/passwd'), true);
  });

  test('the home replaced by a link is left alone, and nobody is let in with it', async () => {
    await session('cd /; sudo -n mv $HOME /home/aside && sudo -n ln -s /srv/precious $HOME');
    assert.equal(await exists('/srv/precious/file'), true);
    const refused = await signIns.signInOnline(workstation, nik, 'echo in');
    assert.notEqual(refused.output.trim(), 'in');
    assert.equal(await exists('/srv/precious/file'), true);
    await workstation.must(['rm', home()]);
    await workstation.must(['rm', '-r', '/home/aside']);
    await waitUntilLocked(workstation, nik.account);
  });

  test('a home that something is mounted on stays, and nobody is let in with it', async () => {
    await session('cd /; sudo -n mkdir /srv/other && sudo -n chown $USER /srv/other && sudo -n mount --bind /srv/other $HOME && touch $HOME/trap');
    const refused = await signIns.signInOnline(workstation, nik, 'echo in');
    assert.notEqual(refused.output.trim(), 'in');
    assert.equal(await exists('/srv/other/trap'), true);
    await workstation.must(['umount', home()]);
    await waitUntilLocked(workstation, nik.account);
    assert.equal(await session('test ! -e trap && id -un'), nik.account);
    await waitUntilGone(home());
    await workstation.must(['rm', '-r', '/srv/other']);
  });

  test('an account that root removed meanwhile finds no home of before', async () => {
    await session('touch left');
    await waitUntilGone(home());
    assert.equal(await homesAre('kept'), 200);
    await session('touch left');
    await waitFor('nothing runs', async () => (await workstation.inside(['pgrep', '-u', nik.account])).status === 1, 20_000);
    await workstation.must(['userdel', nik.account]);
    assert.equal(await exists(`${home()}/left`), true);
    assert.equal(await homesAre('fresh'), 200);
    // So that NSS knows the name again.
    await workstation.restart('agent');
    await lab.waitUntilUpToDate(workstation.name);
    assert.equal(await session('test ! -e left && id -un'), nik.account);
    await waitUntilGone(home());
  });

  test('a mount inside stays what it is, is reported, and the next one has an empty home all the same', async () => {
    await session('mkdir mounted && sudo -n mount --bind /srv/precious mounted && touch left');
    await waitUntilGone(home());
    assert.equal(await exists('/srv/precious/file'), true);
    assert.equal((await workstation.must(['stat', '-c', '%U %a', aside()])).trim(), 'root 700');
    await waitFor('it is recorded', async () => (await lastLocked())?.reason === 'home_left_behind', 20_000);
    assert.equal(await session('ls'), '');
    await workstation.must(['umount', `${aside()}/home-0/mounted`]);
    await session('true');
    await waitUntilGone(aside());
    assert.equal(await exists('/srv/precious/file'), true);
  });

  test('a file that cannot be removed is out of reach and reported', async (context) => {
    const made = await signIns.signInOnline(workstation, nik, 'touch stuck && sudo -n chattr +i stuck && echo made');
    await waitUntilLocked(workstation, nik.account);
    if (made.output.trim() !== 'made') return context.skip('this file system knows no immutable files');
    await waitUntilGone(home());
    assert.equal(await exists(`${aside()}/home-0/stuck`), true);
    assert.equal(await session('ls; cat /home/.doorward-gone-*/home-0/stuck 2>/dev/null; true'), '');
    await workstation.must(['chattr', '-i', `${aside()}/home-0/stuck`]);
    await session('true');
    await waitUntilGone(aside());
  });

  test('back to kept: what is left from now on stays', async () => {
    assert.equal(await homesAre('kept'), 200);
    await session('touch left');
    assert.equal(await session('ls left'), 'left');
  });

  test('no other word is taken', async () => {
    assert.equal(await homesAre('thrown_away'), 400);
  });
});

describe('fresh, in an account that several technicians share', () => {
  let account: string;

  const enter = (technician: Technician, command: string): Promise<SshResult> =>
    workstation.ssh(account, command, async (prompt, count) => {
      if (count === 1) return technician.username;
      const approved = await technician.phone.approveNext(numberIn(prompt));
      assert.equal(approved.status, 0, approved.errors);
      return '';
    });
  const sessionCount = async (): Promise<number> =>
    (JSON.parse(await workstation.must(['doorward', 'sessions', '--json'])) as unknown[]).length;

  before(async () => {
    const { headers } = await lab.administrator.ask('GET', `/tenants/${tenant}`);
    await lab.administrator.call('PUT', `/tenants/${tenant}/accounts`, { account_mode: 'shared', account_prefix: null, code_scheme: 'per_machine' }, { 'If-Match': String(headers['etag']) });
    await lab.waitUntilUpToDate(workstation.name);
    const { settings } = await lab.administrator.call<{ settings: { shared_account: string } }>('GET', `/tenants/${tenant}`);
    account = settings.shared_account;
    assert.equal(await homesAre('fresh'), 200);
  });

  test('it stays while somebody is in, and goes with the last', async () => {
    const waiting = (who: string): string => `until [ -e /run/leave-${who} ]; do sleep 0.2; done`;
    const first = enter(nik, `touch of-nik; ${waiting('nik')}`);
    await waitFor('nik is in', async () => (await sessionCount()) === 1, 30_000);
    await waitFor('he left something', () => exists(`/home/${account}/of-nik`), 20_000);
    const second = enter(ada, `ls of-nik; ${waiting('ada')}; ls of-nik`);
    await waitFor('both are in', async () => (await sessionCount()) === 2, 30_000);
    await workstation.must(['touch', '/run/leave-nik']);
    assert.equal((await first).status, 0);
    await waitFor('nik is out', async () => (await sessionCount()) === 1, 20_000);
    await workstation.must(['touch', '/run/leave-ada']);
    assert.equal((await second).output.trim(), 'of-nik\nof-nik');
    await waitUntilLocked(workstation, account);
    await waitUntilGone(`/home/${account}`);
  });
});
