// A policy that wants to know why: reason and ticket asked for by the real PAM stack, shown on the phone, kept in the log.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Lab, type Technician } from '../../packaging/lab/lab.ts';
import { waitFor } from '../../packaging/lab/process.ts';
import type { Workstation } from '../../packaging/lab/workstation.ts';
import * as signIns from './sign_ins.ts';
import { BUILD, numberIn, OFFLINE_PROMPT, ONLINE_PROMPT } from './sign_ins.ts';

const REASON = /^(\(.*\) )?Reason: ?$/;
const TICKET = /^(\(.*\) )?Ticket \(like INC1234\): ?$/;
const WRONG_TICKET = /^(\(.*\) )?Wrong form\. Ticket \(like INC1234\): ?$/;
const why = 'Disk "full" \\ 日本';

let lab: Lab;
let workstation: Workstation;
let nik: Technician;
let ada: Technician;

const waitUntilLocked = (account: string) => signIns.waitUntilLocked(workstation, account);

interface Noted {
  readonly kind: string;
  readonly outcome: string;
  readonly account: string | null;
  readonly reason: string | null;
  readonly stated_reason: string | null;
  readonly ticket: string | null;
}

const events = async () => (await lab.auditEvents()) as unknown as Noted[];

/** Answers the prompts in turn; each has to look as it should. */
function inTurn(...turns: readonly (readonly [RegExp, string | ((prompt: string) => Promise<string>)])[]) {
  return async (prompt: string, count: number): Promise<string> => {
    const [form, answer] = turns[count - 1] ?? assert.fail(`one prompt too many: ${prompt}`);
    assert.match(prompt, form);
    return typeof answer === 'string' ? answer : answer(prompt);
  };
}

before(async () => {
  lab = await Lab.start({ build: BUILD, portalPort: 0, appPort: 0, mailboxPort: 0 });
  const tenant = await lab.addTenant('Customer-1');
  workstation = await lab.addWorkstation('w11-l', tenant);
  [nik, ada] = (await lab.addTechnicians(tenant, ['nik', 'ada'])) as [Technician, Technician];
  const { items } = await lab.administrator.call<{ items: { id: string }[] }>('GET', '/policies');
  await lab.administrator.call('POST', '/policies', {
    name: 'Say why',
    description: '',
    kind: 'any',
    devices: { all: true, device_ids: [], group_ids: [] },
    subjects: { all: true, directory_imported: false, technician_ids: [], department_ids: [] },
    conditions: {
      time_windows: [], ticket_required: true, ticket_pattern: 'INC####', reason_required: true, approver_ids: [],
      longest_session_minutes: null, end_behaviour: 'end_session',
    },
    valid_from: null,
    valid_until: null,
  });
  for (const { id } of items) await lab.administrator.call('POST', `/policies/${id}/retire`, {});
  await lab.waitUntilUpToDate('w11-l');
});

after(async () => {
  await lab?.stop();
});

test('over ssh reason and ticket are asked, the phone shows them, and log and session keep them', async () => {
  let shown = { reason: '', ticket: '' };
  const result = await workstation.ssh(
    nik.account,
    'id -un; sudo -n id -u; sudo -n doorward sessions --json',
    inTurn(
      [REASON, ` ${why}  `],
      [TICKET, 'CHG17'],
      [WRONG_TICKET, 'INC0017'],
      [ONLINE_PROMPT, async (prompt) => {
        const approved = await nik.phone.approveNext(numberIn(prompt));
        assert.equal(approved.status, 0, approved.errors);
        shown = JSON.parse(approved.output) as { reason: string; ticket: string };
        return '';
      }],
    ),
  );
  assert.equal(result.status, 0, `${result.prompts.join('|')} ${result.errors}`);
  const [name, root, sessions] = result.output.trim().split('\n');
  assert.deepEqual([name, root], ['msp-nik', '0']);
  const [session] = JSON.parse(sessions ?? '') as { reason: string; ticket: string }[];
  assert.deepEqual([session?.reason, session?.ticket], [why, 'INC0017']);
  assert.deepEqual([shown.reason, shown.ticket], [why, 'INC0017']);
  await waitUntilLocked(nik.account);
  await waitFor('the log has it', async () => (await events()).some(({ kind }) => kind === 'session_closed'));
  const noted = await events();
  for (const kind of ['sign_in_online', 'session_opened', 'session_closed']) {
    const event = noted.find((one) => one.kind === kind && one.outcome === 'success');
    assert.deepEqual([event?.stated_reason, event?.ticket], [why, 'INC0017'], kind);
  }
});

test('what would draw on a terminal is asked for again, three times, and then the sign-in is over', async () => {
  const result = await workstation.ssh(
    nik.account,
    'true',
    inTurn([REASON, '\u001b[2J'], [/Plain text only, not too long\. Reason: ?$/, ''], [/Needed here\. Reason: ?$/, 'a\u009bm']),
  );
  assert.notEqual(result.status, 0);
  assert.equal(result.output, '');
  await waitFor('the log has it', async () => (await events()).some(({ reason }) => reason === 'reason_required'));
  assert.ok((await events()).every(({ stated_reason: said }) => said === null || said === why));
});

describe('without the portal', () => {
  before(async () => {
    await workstation.severPortal();
    await waitFor('the portal misses w11-l', async () => (await lab.device('w11-l'))?.connected === false);
  });
  after(async () => {
    await signIns.bringBack(lab, workstation);
  });

  test('a wrong ticket costs no code, and a code without a ticket opens nothing', async () => {
    const { code } = await ada.phone.code('w11-l');
    // sshd's plain password method has room for one answer.
    const alone = await workstation.inside(['bash', '-c', `SSHPASS=$(cat) exec sshpass -e ssh -F none -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
      -o PubkeyAuthentication=no -o PreferredAuthentications=password ${ada.account}@127.0.0.1 true`], { input: code });
    assert.notEqual(alone.status, 0);
    const wrong = await workstation.ssh(
      ada.account, 'true', inTurn([REASON, why], [TICKET, 'INC17'], [WRONG_TICKET, 'inc0017'], [WRONG_TICKET, 'INC00170']),
    );
    assert.notEqual(wrong.status, 0);
    const right = await workstation.ssh(
      ada.account, 'id -un', inTurn([REASON, why], [TICKET, 'INC0018'], [OFFLINE_PROMPT, code]),
    );
    assert.equal(right.output.trim(), ada.account, `${right.prompts.join('|')} ${right.errors}`);
    await waitUntilLocked(ada.account);
  });

  test('console login and su ask too', async () => {
    const { code } = await ada.phone.code('w11-l');
    const login = await workstation.inside(['expect', '-c', `
      log_user 1
      set timeout 40
      spawn login ${ada.account}
      expect "Reason: "
      send "Console\\r"
      expect "Ticket (like INC1234): "
      send "INC0019\\r"
      expect -re {Code for .*: }
      send "${code}\\r"
      expect -re {\\$ }
      send "id -un; sudo -n id -u; exit\\r"
      expect eof`], { timeoutMs: 60_000 });
    assert.match(login.output, new RegExp(`${ada.account}\\r?\\n0\\r?\\n`));
    await waitUntilLocked(ada.account);
  });
});
