// From an address to settings, and the same mailbox entered by two people (TP-04, FP-10, FP-26, O10). Without JavaScript too.
import type { Page } from '@playwright/test';
import { ada, Office } from '../lib/office.ts';
import { test as base, expect, fits, ready, signIn } from '../lib/test.ts';

/** With an office of these tests alone: they ask and share. */
const test = base.extend<object, { own: Office }>({
  own: [
    async ({}, use) => {
      const own = await Office.filled(20);
      await use(own);
      await own.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});

test('a domain that says nothing fails politely, and what was typed stays', async ({ page, own }) => {
  await signIn(page, own, '/accounts/new');
  await page.getByLabel('E-mail address of the mailbox').fill('office@nowhere-to-be-found.example');
  await page.getByLabel('Name', { exact: true }).fill('Nowhere');
  await page.getByLabel('Description (optional)').fill('Typed before');
  await page.getByRole('button', { name: 'Find settings' }).click();
  await expect(page.getByRole('main')).toContainText('Nothing was found for nowhere-to-be-found.example.');
  await expect(page.getByRole('main')).toContainText('nothing is saved yet');
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Nowhere');
  await expect(page.getByLabel('Description (optional)')).toHaveValue('Typed before');
  await fits(page);
  await ready(page);
  await page.getByLabel('E-mail address of the mailbox').fill('');
  await page.getByRole('button', { name: 'Find settings' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'There is a problem' })).toContainText("Enter the mailbox's e-mail address");
  await ready(page);
  await page.getByLabel('E-mail address of the mailbox').fill('somebody@gmail.com');
  await page.getByLabel('Server', { exact: true }).fill('');
  await page.getByRole('button', { name: 'Find settings' }).click();
  await expect(page.getByRole('main')).toContainText("From Postroom's own list of providers: imap.gmail.com, port 993");
  await expect(page.getByLabel('Server', { exact: true })).toHaveValue('imap.gmail.com');
  await ready(page);
  await page.getByRole('button', { name: 'Exit without saving' }).click();
  await expect(page).toHaveURL(/\/accounts$/);
});

test('a mailbox that is collected already is joined instead of connected twice', async ({ page, own }) => {
  test.slow();
  const who = { name: `Zoe ${Date.now()}`, email: `zoe${Date.now()}@kontor.example`, password: 'three slow green herons' };
  const added = await own.cli(['user', 'add', '--email', who.email, '--name', who.name, '--role', 'staff', '--json'], `${who.password}\n`);
  await enter(page, own, ada);
  await page.goto(`${own.url}/settings/people/${(JSON.parse(added) as { id: number }).id}`);
  await ready(page);
  await page.getByLabel('Connect an account of one\'s own and look after it').check();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByRole('status').first()).toContainText('saved');
  await page.context().clearCookies();
  await enter(page, own, who);
  await again(page, own);
  await expect(page.getByRole('alert').filter({ hasText: 'There is a problem' })).toContainText('This mailbox is connected already');
  await fits(page);
  await ready(page);
  await page.getByRole('button', { name: 'Ask to join' }).click();
  await expect(page.getByRole('main')).toContainText('You asked to read “Office”. Nobody has answered yet.');
  await expect(page.getByRole('main').getByRole('table')).toHaveCount(0);
  await fits(page);

  await page.context().clearCookies();
  await enter(page, own, ada);
  await page.goto(own.url);
  const told = page.getByRole('main').getByText(`${who.name} asks to read the account “Office”.`);
  await expect(told).toBeVisible();
  await ready(page);
  await page.getByRole('link', { name: 'Look and answer' }).first().click();
  await ready(page);
  await fits(page);
  await page.getByRole('button', { name: `Share with ${who.name}` }).click();
  await expect(page.getByRole('status').first()).toContainText('Sharing is saved.');
  await expect(page.getByRole('main')).toContainText(who.name);

  await page.context().clearCookies();
  await enter(page, own, who);
  await expect(page.getByRole('main').getByRole('link', { name: 'Office', exact: true })).toBeVisible();
  await again(page, own);
  await expect(page.getByRole('link', { name: 'Open that account' })).toBeVisible();
});

async function enter(page: Page, office: Office, who: { email: string; password: string }): Promise<void> {
  await page.goto(`${office.url}/sign-in?next=/accounts`);
  await ready(page);
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(who.email);
  await page.getByLabel('Password', { exact: true }).fill(who.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Email accounts' })).toBeVisible();
}

/** Ada's mailbox, as somebody else types it. */
async function again(page: Page, office: Office): Promise<void> {
  const { imaps_port: port, user, password } = office.mail.line;
  await page.goto(`${office.url}/accounts/new`);
  await ready(page);
  await page.getByLabel('E-mail address of the mailbox').fill('office@kontor.example');
  await page.getByLabel('Name', { exact: true }).fill('The same');
  await page.getByLabel('Server', { exact: true }).fill('127.0.0.1');
  await page.getByLabel('Port', { exact: true }).fill(`${port}`);
  await page.getByLabel('User name').fill(user);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByLabel('Password again').fill(password);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
}
