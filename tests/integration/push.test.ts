// The phone is told of a sign-in by web push: the real portal, and a push service that checks every byte.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { RelayTransport } from '@doorward/virtual-phone/relay-transport';
import { Lab, selfSigned, type Technician } from '../../packaging/lab/lab.ts';
import { waitFor } from '../../packaging/lab/process.ts';
import type { Workstation } from '../../packaging/lab/workstation.ts';
import { PushService } from './push_service.ts';
import { BUILD, signInOnline } from './sign_ins.ts';

let lab: Lab;
let workstation: Workstation;
let people: Technician[];
let service: PushService;
let own: string;

const somebody = (): Technician => people.pop() ?? assert.fail('more technicians are needed');

const relay = (technician: Technician): RelayTransport =>
  new RelayTransport(new URL(lab.portal.appOrigin), lab.portal.authority, technician.phone.folder);

async function subscribe(technician: Technician): Promise<string> {
  const subscription = service.subscribe();
  const answer = await relay(technician).send('PUT', '/app/v1/push-subscription', JSON.stringify(subscription));
  assert.equal(answer?.status, 204, answer?.text ?? 'no answer');
  return new URL(subscription.endpoint).pathname;
}

async function signIn(technician: Technician): Promise<void> {
  const result = await signInOnline(workstation, technician, 'id -un');
  assert.equal(result.output.trim(), technician.account, result.errors);
}

const pushesTo = (path: string) => service.pushes.filter((push) => push.path === path);

async function configurePush(lines: string): Promise<void> {
  writeFileSync(lab.portal.configFile, `${own}\n[push]\ncontact = "mailto:operator@lab.example"\nauthority_file = "${join(lab.folder, 'push.crt')}"\n${lines}`);
  await lab.portal.stop();
  await lab.portal.serve();
  await waitFor('the workstation is back', async () => (await workstation.inside(['doorward', 'sync'])).status === 0, 60_000);
}

before(async () => {
  lab = await Lab.start({ build: BUILD, portalPort: 0, appPort: 0, mailboxPort: 0 });
  own = readFileSync(lab.portal.configFile, 'utf8');
  service = new PushService(selfSigned(join(lab.folder, 'push'), 'localhost'));
  await service.listen();
  const tenant = await lab.addTenant('Customer-1');
  workstation = await lab.addWorkstation('w11-l', tenant);
  people = await lab.addTechnicians(tenant, ['ada', 'bea', 'cem', 'dan', 'eva']);
  await configurePush('to_private_addresses = true\n');
});

after(async () => {
  await service?.stop();
  await lab?.stop();
});

test('a sign-in pushes its id and nothing else, signed by the portal and readable by this phone only', async () => {
  const ada = somebody();
  const path = await subscribe(ada);
  await signIn(ada);
  await waitFor('the push arrived', () => pushesTo(path).length > 0);
  const push = pushesTo(path)[0] ?? assert.fail();
  assert.equal(push.headers['ttl'], '60');
  assert.equal(push.headers['urgency'], 'high');
  assert.equal(push.headers['content-encoding'], 'aes128gcm');
  const text = service.decrypt(push);
  assert.match(text, /^\{"type":"sign_in_request","request_id":"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"\}$/);
  const { claims, key } = service.sender(push);
  assert.equal(claims.aud, service.origin);
  assert.equal(claims.sub, 'mailto:operator@lab.example');
  assert.ok(claims.exp > Date.now() / 1000 && claims.exp <= Date.now() / 1000 + 24 * 3600);
  const announced = JSON.parse((await relay(ada).send('GET', '/app/v1/push-key', null))?.text ?? '{}') as { public_key?: string };
  assert.equal(key, announced.public_key);
  assert.equal(pushesTo(path).length, 1);
});

test('410 ends the subscription', async () => {
  const bea = somebody();
  const path = await subscribe(bea);
  service.answers.push(410);
  await signIn(bea);
  await waitFor('the portal notes it', () => /push_failed.*gone/.test(lab.portal.log));
  await signIn(bea);
  assert.equal(pushesTo(path).length, 1);
});

test('a late 410 does not end the subscription that came meanwhile', async () => {
  const eva = somebody();
  const path = await subscribe(eva);
  const late = Promise.withResolvers<number>();
  service.answers.push(late.promise);
  await signIn(eva);
  await waitFor('the push arrived', () => pushesTo(path).length === 1);
  const renewed = await subscribe(eva);
  const noted = () => lab.portal.log.match(/push_failed.*gone/g)?.length ?? 0;
  const before = noted();
  late.resolve(410);
  await waitFor('the portal notes it', () => noted() > before);
  await signIn(eva);
  await waitFor('the push arrived where the phone is now', () => pushesTo(renewed).length === 1);
  assert.equal(pushesTo(path).length, 1);
});

test('a busy service is asked again, a few times and at growing distances', async () => {
  const cem = somebody();
  const path = await subscribe(cem);
  service.answers.push(429, 503);
  await signIn(cem);
  await waitFor('the third try came', () => pushesTo(path).length === 3, 30_000);
  const at = pushesTo(path).map((push) => push.at);
  assert.ok((at[1] ?? 0) - (at[0] ?? 0) >= 900, `${at.join()}`);
  assert.ok((at[2] ?? 0) - (at[1] ?? 0) >= 3_900, `${at.join()}`);
  assert.deepEqual(new Set(pushesTo(path).map((push) => service.decrypt(push))).size, 1);
});

test('without the setting a subscription that leads to this machine is never reached (SSRF)', async () => {
  await configurePush('');
  const dan = somebody();
  const path = await subscribe(dan);
  await signIn(dan);
  await waitFor('the portal notes it', () => /push_failed.*failed/.test(lab.portal.log.split(' serving').at(-1) ?? ''));
  assert.deepEqual(pushesTo(path), []);
});
