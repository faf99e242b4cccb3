// Where the key of a workstation's store is after its enrolment: in the TPM where one works, else in a file, and always said.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Lab } from '../../packaging/lab/lab.ts';
import { waitFor, type Finished } from '../../packaging/lab/process.ts';
import type { Workstation } from '../../packaging/lab/workstation.ts';
import { BUILD, waitUntilAgentAnswers } from './sign_ins.ts';

const TPM = '/run/tpm.sock';

let lab: Lab;
let tenant: string;

before(async () => {
  lab = await Lab.start({ build: BUILD, portalPort: 0, appPort: 0, mailboxPort: 0 });
  tenant = await lab.addTenant('Customer-1');
});

after(async () => {
  await lab?.stop();
});

async function startWithTpm(name: string): Promise<Workstation> {
  const workstation = await lab.startWorkstation(name);
  await workstation.must(['mkdir', '-p', '/run/tpm']);
  await workstation.must(['swtpm', 'socket', '--tpm2', '--tpmstate', 'dir=/run/tpm', '--server', `type=unixio,path=${TPM}`,
    '--ctrl', `type=unixio,path=${TPM}.ctrl`, '--flags', 'not-need-init,startup-clear', '--daemon']);
  await workstation.must(['sh', '-c', `echo 'tpm = "swtpm:path=${TPM}"' >>/etc/doorward/agent.toml`]);
  await workstation.restart('agent');
  const notEnrolled = 3;
  await waitFor('the agent answers', async () => (await workstation.inside(['doorward', 'status'])).status === notEnrolled, 30_000);
  return workstation;
}

async function enrol(workstation: Workstation, ...options: string[]): Promise<Finished> {
  const { token } = await lab.createToken(tenant);
  return workstation.inside(['doorward', 'enrol', '--token-file', '-', ...options], { input: token });
}

const placeAt = async (workstation: Workstation): Promise<string> =>
  (JSON.parse((await workstation.inside(['doorward', 'status', '--json'])).output) as { store_key: string }).store_key;

async function portalSays(name: string, place: string): Promise<void> {
  const device = (await lab.device(name))?.id ?? assert.fail();
  await waitFor(`the portal says ${place}`, async () => (await lab.administrator.call<{ key_place: string | null }>('GET', `/devices/${device}`)).key_place === place, 30_000);
}

describe('at an enrolment', () => {
  test('a TPM that works gets the key, the code is written, and status and portal say so', async () => {
    const workstation = await startWithTpm('with-tpm');
    const enrolled = await enrol(workstation, '--recovery-file', '/root/recovery');
    assert.equal(enrolled.status, 0, enrolled.errors);
    assert.match(enrolled.errors, /The key of this workstation's store is in its TPM\./);
    assert.match(await workstation.must(['cat', '/root/recovery']), /^dwr1:/);
    assert.equal(await placeAt(workstation), 'tpm2');
    await portalSays('with-tpm', 'tpm2');
    await workstation.restart('agent');
    await waitUntilAgentAnswers(workstation);
    assert.equal(await placeAt(workstation), 'tpm2', 'it opens its store by the TPM');
    // The TPM is cleared: the agent does not start, and the code opens the store.
    await workstation.must(['pkill', '-x', 'swtpm']);
    await workstation.restart('agent');
    assert.equal((await workstation.inside(['doorward', 'status'])).status, 4);
    await workstation.must(['doorward-agent', '--recover-key', '/root/recovery']);
    await workstation.restart('agent');
    await waitUntilAgentAnswers(workstation);
    assert.equal(await placeAt(workstation), 'file');
  });

  test('without a TPM it is in a file, which is said with the reason, and no code lies around', async () => {
    const workstation = await lab.startWorkstation('without-tpm');
    const demanded = await enrol(workstation, '--store-key', 'tpm2', '--recovery-file', '/root/recovery');
    assert.equal(demanded.status, 1);
    assert.match(demanded.errors, /Nothing was enrolled\. There is no TPM 2\.0 that can be used/);
    assert.equal(await lab.device('without-tpm'), undefined);
    const enrolled = await enrol(workstation, '--recovery-file', '/root/recovery');
    assert.equal(enrolled.status, 0, enrolled.errors);
    assert.match(enrolled.errors, /in a file that only root reads, because it cannot be in a TPM\. There is no TPM 2\.0/);
    assert.notEqual((await workstation.inside(['test', '-e', '/root/recovery'])).status, 0);
    assert.equal(await placeAt(workstation), 'file');
    await portalSays('without-tpm', 'file');
  });

  test('with nowhere to put the code it stays in a file; on a terminal the code is shown once', async () => {
    const workstation = await startWithTpm('unattended');
    const demanded = await enrol(workstation, '--store-key', 'tpm2');
    assert.equal(demanded.status, 2);
    assert.match(demanded.errors, /Nothing was enrolled: there is nowhere to put the recovery code/);
    const { token } = await lab.createToken(tenant);
    await workstation.must(['sh', '-c', 'umask 077; cat >/root/token'], { input: token });
    const shown = await workstation.inside(['script', '-qec', 'doorward enrol --token-file /root/token', '/dev/null']);
    assert.equal(shown.status, 0, shown.output);
    assert.match(shown.output, /shown only now\. Keep it elsewhere[^]*dwr1:/);
    assert.equal(await placeAt(workstation), 'tpm2');
    await portalSays('unattended', 'tpm2');

    const silent = await startWithTpm('silent');
    const enrolled = await enrol(silent);
    assert.equal(enrolled.status, 0, enrolled.errors);
    assert.match(enrolled.errors, /in a file that only root reads: there is nowhere to put the recovery code/);
    assert.equal(await placeAt(silent), 'file');
  });
});
