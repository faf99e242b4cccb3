// Journeys 2 to 5 of the design in Chromium, on the real portal, relay, agent and sshd.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { PhoneBrowser, type PhonePage } from '../../mobile-bridge/app/e2e/phone_browser.ts';
import { Lab } from '../../packaging/lab/lab.ts';
import { must, waitFor } from '../../packaging/lab/process.ts';
import type { Workstation } from '../../packaging/lab/workstation.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const BUILD = process.env['DOORWARD_BUILD'] ?? join(ROOT, 'build', 'release');

/** One of the admin UI's own journeys, in a browser that trusts the lab's portal. */
async function walkThrough(journey: string, lab: Lab, environment: NodeJS.ProcessEnv = {}) {
  const home = join(lab.folder, 'home');
  mkdirSync(join(home, '.pki', 'nssdb'), { recursive: true });
  await must(['certutil', '-d', `sql:${home}/.pki/nssdb`, '-N', '--empty-password']);
  await must(['certutil', '-d', `sql:${home}/.pki/nssdb`, '-A', '-t', 'C,,', '-n', 'lab', '-i', lab.portal.authorityFile]);
  const child = spawn(process.execPath, ['--test', `e2e/journeys/${journey}.test.ts`], {
    cwd: join(ROOT, 'msp-portal', 'web'),
    stdio: 'inherit',
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '/root',
      DOORWARD_PORTAL_URL: lab.portal.portalOrigin,
      DOORWARD_SET_UP_LINK: lab.portal.setUpLink,
      DOORWARD_CA_HOME: home,
      ...environment,
    },
  });
  const status = await new Promise((resolve) => child.on('close', resolve));
  assert.equal(status, 0);
}

describe('the owner', () => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.start({ build: BUILD, portalPort: 18453, appPort: 18454, mailboxPort: 0, owner: 'browser' });
    await lab.startWorkstation('w11-l');
  });
  after(async () => {
    await lab?.stop();
  });

  test('sets the portal up in a browser and sees the workstation appear (journey 2)', async () => {
    const script = join(ROOT, 'packaging', 'lab', 'workstation.sh');
    await walkThrough('owner', lab, {
      DOORWARD_ENROL_COMMAND: `DOORWARD_LAB=${join(lab.folder, 'workstations')} bash ${script} enter w11-l sh`,
    });
  });
});

describe('two administrators', () => {
  let lab: Lab;
  before(async () => {
    lab = await Lab.start({ build: BUILD, portalPort: 18457, appPort: 18458, mailboxPort: 0, owner: 'browser' });
  });
  after(async () => {
    await lab?.stop();
  });

  test('give access by department, role and policy, each with the other', async () => {
    await walkThrough('access', lab);
  });
});

describe('the technician', () => {
  let lab: Lab;
  let workstation: Workstation;
  let browser: PhoneBrowser;
  let phone: PhonePage;
  let page: Page;
  let account: string;

  before(async () => {
    lab = await Lab.start({ build: BUILD, portalPort: 18463, appPort: 18464, mailboxPort: 0 });
    const tenant = await lab.addTenant('Customer-1');
    workstation = await lab.addWorkstation('w11-l', tenant);
    browser = await PhoneBrowser.launch(lab.portal.authorityFile);
    phone = await browser.open();
    page = phone.page;
    const invited = await lab.inviteTechnician('Nik Novak', 'nik');
    account = invited.account;
    await lab.grant(invited, { kind: 'tenant', id: tenant });
    await page.goto(invited.link);
  });
  after(async () => {
    await browser?.close();
    await lab?.stop();
  });

  test('opens the invitation and has a paired phone that lists the workstation (journey 3)', async () => {
    await page.getByRole('link', { name: /phone/i }).or(page.getByRole('button', { name: /phone|accept/i })).first().click();
    await page.getByRole('button', { name: 'Pair this phone' }).click();
    await page.getByText('w11-l').first().waitFor();
    await phone.picture('real-home');
    await lab.waitUntilUpToDate('w11-l');
  });

  test('approves a sign-in by typing the number (journey 4)', async () => {
    const result = await workstation.ssh(account, 'id -un; sudo -n id -u', async (prompt) => {
      const number = /phone: (\d\d)\./.exec(prompt)?.[1] ?? assert.fail(prompt);
      const card = page.getByRole('region', { name: /Sign-in request from w11-l/ });
      await card.waitFor();
      await card.getByLabel(/Number on the workstation/).fill(number);
      await phone.picture('real-request');
      await card.getByRole('button', { name: 'Approve' }).click();
      await page.getByText('Approved. Press Enter at the workstation.').waitFor();
      return '';
    });
    assert.deepEqual(result.output.trim().split('\n'), [account, '0'], result.errors);
  });

  test('reads a code without a network that opens the cut-off workstation, once (journey 5)', async () => {
    await phone.waitForWorker();
    await workstation.severPortal();
    await waitFor('the portal misses w11-l', async () => (await lab.device('w11-l'))?.connected === false);
    await phone.context.setOffline(true);
    await page.goto(lab.portal.appOrigin);
    await page.getByText('w11-l').first().click();
    await page.getByRole('button', { name: 'Show code' }).click();
    const shown = page.locator('.code[aria-label]');
    await shown.waitFor();
    await phone.picture('real-code');
    const code = ((await shown.getAttribute('aria-label')) ?? '').replaceAll(' ', '');
    let prompt = '';
    const first = await workstation.ssh(account, 'id -un; sudo -n id -u', (text) => {
      prompt = text;
      return code;
    });
    assert.match(prompt, /Offline\. Code for w11-l·[0-9a-z]{2}:/);
    assert.deepEqual(first.output.trim().split('\n'), [account, '0'], first.errors);
    assert.notEqual((await workstation.ssh(account, 'true', () => code)).status, 0);
  });

  test('nothing on the phone complained', () => {
    assert.deepEqual(phone.complaints, []);
  });
});
