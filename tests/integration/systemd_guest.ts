// Runs inside the container of systemd_test.sh, as root, when it has booted: Doorward's three units in earnest.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Administrator } from '../../packaging/lab/administrator.ts';
import { run, waitFor } from '../../packaging/lab/process.ts';
import { ssh } from '../../packaging/lab/ssh_session.ts';
import { VirtualPhone } from '../../packaging/lab/virtual_phone.ts';

const AUTHORITY = '/etc/doorward/portal-keys/authority.pem';
const PORTAL = 'https://portal.localhost:8443';
const said = (...command: readonly string[]): string => execFileSync(command[0] ?? '', command.slice(1), { encoding: 'utf8' }).trim();
const isActive = (unit: string): boolean => said('systemctl', 'show', '--value', '--property=ActiveState', unit) === 'active';
const mainProcess = (unit: string): string => said('systemctl', 'show', '--value', '--property=MainPID', unit);

let administrator: Administrator;
let phone: VirtualPhone;

test('agent and link are active after the boot, with nothing failed', async () => {
  await waitFor('agent, link, sshd and logind are active', () =>
    ['doorward-agent', 'doorward-link', 'ssh', 'systemd-logind'].every(isActive), 60_000);
  assert.equal(said('systemctl', '--failed', '--plain', '--no-legend'), '');
  assert.match(readFileSync(`/proc/${mainProcess('doorward-link')}/status`, 'utf8'), /^CapEff:\t0+$/m);
  const interfaces = said('nsenter', '--target', mainProcess('doorward-agent'), '--net', 'ip', '-brief', 'link');
  assert.deepEqual(interfaces.split('\n').map((line) => line.split(' ')[0]), ['lo']);
});

test('the portal is made as its package says and its unit becomes active', async () => {
  const made = said('doorward-portal', 'init', '--portal-origin', PORTAL, '--app-origin', 'https://app.localhost:8444');
  execFileSync('systemctl', ['start', 'doorward-portal']);
  assert.equal(isActive('doorward-portal'), true);
  administrator = new Administrator(PORTAL, readFileSync(AUTHORITY, 'utf8'));
  const link = /https:\/\/\S+\/set-up#\S+/.exec(made)?.[0] ?? assert.fail(made);
  await administrator.setUp(link, { name: 'Olivia Owner', username: 'olivia', email: 'olivia@lab.example', team_name: 'Lab MSP' });
});

test('units score as agreed under the manager that runs them', () => {
  for (const [unit, limit] of [['doorward-agent', 2.2], ['doorward-link', 1.3], ['doorward-portal', 1.7]] as const) {
    const report = said('systemd-analyze', 'security', '--no-pager', unit);
    const score = Number(/exposure level for \S+: ([\d.]+)/.exec(report)?.[1]);
    assert.ok(score <= limit, `${unit}: ${score}`);
  }
});

test('a workstation enrols and a technician is admitted', async () => {
  const tenant = await administrator.call<{ id: string }>('POST', '/tenants', { name: 'Customer-1' });
  const { token } = await administrator.call<{ token: string }>('POST', `/tenants/${tenant.id}/enrolment-tokens`, {
    label: null, uses_allowed: 1, valid_hours: 1,
  });
  const enrolled = await run(['doorward', 'enrol', '--token-file', '-'], { input: token });
  assert.equal(enrolled.status, 0, enrolled.errors);
  const invited = await administrator.call<{ link: string | null; technician: { id: string } }>('POST', '/technicians', {
    name: 'Nik Novak', username: 'nik', email: 'nik@lab.example', rights: [],
  });
  const secret = new URL(invited.link ?? assert.fail('no invitation link')).hash.slice(1);
  const pairing = await administrator.call<{ link: string }>('POST', '/invitations/accept', { secret });
  phone = new VirtualPhone('/root/phone');
  await phone.pair(pairing.link, AUTHORITY);
  await administrator.call('POST', '/rights', {
    subject: { kind: 'technician', id: invited.technician.id }, object: { kind: 'tenant', id: tenant.id, section: null },
    role_id: await administrator.roleNamed('Full device access'), valid_from: null, valid_until: null,
  });
  await waitFor('the phone lists the workstation', async () => (await phone.workstations()).workstations.length === 1, 30_000);
  await waitFor('the name is known', async () => (await run(['id', 'msp-nik'])).status === 0, 30_000);
});

// What would act or lie around after the session, made the ways there are; the last two by root, one to stay for good.
const PLANTED = `
  sudo -n loginctl enable-linger msp-nik
  systemd-run --user --quiet --on-active=1h --unit=planted-own true
  mkdir -p ~/.config/systemd/user
  printf '[Timer]\nOnActiveSec=1h\n[Install]\nWantedBy=timers.target\n' >~/.config/systemd/user/planted-home.timer
  printf '[Service]\nExecStart=/bin/true\n' >~/.config/systemd/user/planted-home.service
  systemctl --user --quiet enable --now planted-home.timer
  ipcmk -M 4096 >/dev/null
  python3 -c 'import ctypes; ctypes.CDLL("librt.so.1").mq_open(b"/planted", 0o102, 0o600, None)'
  mkdir -p /tmp/planted-folder/planted
  touch /tmp/planted-folder/planted/planted /tmp/planted /var/tmp/planted /dev/shm/planted /run/lock/planted
  sudo -n systemd-run --quiet --uid=msp-nik --on-active=1h --unit=planted-run true
  printf '[Service]\nUser=msp-nik\nExecStart=/bin/sleep 1000\n' | sudo -n tee /etc/systemd/system/planted-root.service >/dev/null
  sudo -n systemctl daemon-reload
  sudo -n systemctl start planted-root.service`;

test('the technician signs in with the portal gone, logind counts the session, and killed units come back under it', async () => {
  execFileSync('systemctl', ['stop', 'doorward-portal']);
  const { code } = await phone.code('w11-s');
  const before = [mainProcess('doorward-agent'), mainProcess('doorward-link')];
  const script = `
    id -un; sudo -n id -u; loginctl list-sessions --no-legend | grep -c msp-nik; loginctl show-session "$XDG_SESSION_ID" -p Class --value
    (${PLANTED}) 2>&1
    systemctl --user list-timers --all --plain --no-legend | grep -c planted; systemctl is-active planted-root.service planted-run.timer
    sudo -n systemctl kill -s KILL doorward-agent doorward-link
    for i in $(seq 100); do sudo -n id -u 2>/dev/null && break; sleep 0.3; done`;
  const result = await ssh({ account: 'msp-nik', address: '127.0.0.1' }, script, () => code);
  assert.deepEqual(result.output.trim().split('\n'), ['msp-nik', '0', '1', 'user', '2', 'active', 'active', '0'], result.errors);
  for (const [number, unit] of ['doorward-agent', 'doorward-link'].entries()) {
    await waitFor(`${unit} is active again`, () => isActive(unit), 30_000);
    assert.notEqual(mainProcess(unit), before[number]);
  }
  await waitFor('the account is locked', () => said('passwd', '-S', 'msp-nik').split(' ')[1] === 'L', 45_000);
  // Locking comes first; what still runs is ended right after.
  await waitFor('no process of the account is left', async () => (await run(['pgrep', '-u', 'msp-nik'])).status === 1, 30_000);
});

test('row 72: nothing of the session remains, and what root left for good is stopped and said (I5)', async () => {
  const uid = said('id', '-u', 'msp-nik');
  await waitFor("the account's own service manager has ended", () => !isActive(`user@${uid}.service`), 30_000);
  for (const unit of ['planted-run.timer', 'planted-root.service']) assert.equal(isActive(unit), false, unit);
  assert.equal(said('systemctl', 'list-units', '--all', '--plain', '--no-legend', 'planted-run*'), '');
  const remains = (): string =>
    said('sh', '-c', 'ls /var/lib/systemd/linger; ls -A /home/msp-nik/.config/systemd') +
    said('find', '/tmp', '/var/tmp', '/dev/shm', '/run/lock', '/dev/mqueue', '-name', '*planted*') +
    (readFileSync('/proc/sysvipc/shm', 'utf8').includes(` ${uid} `) ? 'shared memory' : '');
  // The files come after the processes.
  await waitFor('what it left is gone', () => remains() === '', 20_000).catch(() => assert.equal(remains(), ''));
  const journal = said('journalctl', '--unit=doorward-agent', '--output=cat', '--no-pager');
  assert.match(journal, /"left_behind".*"\/etc\/systemd\/system\/planted-root.service"/);
  assert.doesNotMatch(journal, /service_manager_failed/);
});
