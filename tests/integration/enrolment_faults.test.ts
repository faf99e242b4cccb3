// Row 47 of the fault matrix: what an enrolment token does at the real portal, over the real channel.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Lab } from '../../packaging/lab/lab.ts';
import { must } from '../../packaging/lab/process.ts';
import { enrolDevice, type EnrolAnswer } from './enrolling_device.ts';
import { BUILD } from './sign_ins.ts';

const REFUSED = { type: 'enrol_refused', reason: 'token' };

let lab: Lab;
let first: string;
let second: string;

const names = async (): Promise<string[]> =>
  (await lab.administrator.call<{ items: { name: string }[] }>('GET', '/devices?limit=200')).items.map((device) => device.name).sort();

before(async () => {
  lab = await Lab.start({ build: BUILD, portalPort: 0, appPort: 0, mailboxPort: 0 });
  first = await lab.addTenant('Customer-1');
  second = await lab.addTenant('Customer-2');
});

after(async () => {
  await lab?.stop();
});

test('row 47: used by fifty workstations at once, a token enrols exactly one', async () => {
  const { token } = await lab.createToken(first);
  let waiting = 0;
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, number) =>
      enrolDevice(token, `crowd-${number}`, () => {
        waiting += 1;
        if (waiting === 50) release();
        return gate;
      }),
    ),
  );
  const enrolled = answers.filter((answer) => answer.type === 'enrolled');
  assert.equal(enrolled.length, 1, JSON.stringify(answers.map((answer) => answer.type)));
  assert.equal(enrolled[0]?.tenant_id, first);
  for (const answer of answers.filter((other) => other.type !== 'enrolled')) assert.deepEqual(answer, REFUSED);
  assert.equal((await names()).length, 1);
});

test('row 47: used a second time, withdrawn, made up or of the wrong secret, a token gets one and the same refusal', async () => {
  const used = await lab.createToken(first);
  assert.deepEqual(Object.keys(await enrolDevice(used.token, 'w11-a')), ['type', 'device_id', 'team_id', 'tenant_id']);
  const withdrawn = await lab.createToken(first);
  const tokens = await lab.administrator.call<{ items: { id: string; created_at: string }[] }>('GET', `/tenants/${first}/enrolment-tokens`);
  const newest = tokens.items.reduce((a, b) => (a.id > b.id ? a : b));
  await lab.administrator.call('DELETE', `/enrolment-tokens/${newest.id}`);
  const [scheme, host, port, secrets = ''] = used.token.split(':');
  const bytes = Buffer.from(secrets, 'base64url');
  const madeUp = Buffer.concat([bytes.subarray(0, 32), Buffer.alloc(32, 7)]).toString('base64url');
  const before = await names();
  const answers: EnrolAnswer[] = [];
  for (const token of [used.token, withdrawn.token, `${scheme}:${host}:${port}:${madeUp}`]) answers.push(await enrolDevice(token, 'w11-b'));
  for (const answer of answers) assert.deepEqual(answer, REFUSED);
  assert.deepEqual(await names(), before);
});

test('row 47: expired, a token gets the same refusal', async () => {
  const { token } = await lab.createToken(first);
  await lab.portal.stop();
  const key = readFileSync(join(lab.portal.keysFolder, 'store.key')).toString('hex');
  await must(['sqlcipher', '-bail', join(lab.portal.dataFolder, 'portal.db')], {
    input: `PRAGMA key = "x'${key}'";\nUPDATE enrolment_token SET expires_at = created_at WHERE id = (SELECT max(id) FROM enrolment_token);\n`,
  });
  await lab.portal.serve();
  const before = await names();
  assert.deepEqual(await enrolDevice(token, 'w11-late'), REFUSED);
  assert.deepEqual(await names(), before);
});

test("row 47: a token leads into its own customer only, and stays used when its workstation is deleted", async () => {
  const { token } = await lab.createToken(second);
  const enrolled = await enrolDevice(token, 'w11-c');
  assert.equal(enrolled.tenant_id, second);
  const device = await lab.administrator.ask('GET', `/devices/${enrolled.device_id}`);
  assert.equal(device.status, 200);
  const etag = String(device.headers['etag']);
  await lab.administrator.call('DELETE', `/devices/${enrolled.device_id}`, undefined, { 'If-Match': etag });
  assert.deepEqual(await enrolDevice(token, 'w11-c'), REFUSED);
});
