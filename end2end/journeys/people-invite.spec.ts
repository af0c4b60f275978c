// People and access: a colleague is invited by a link, sets up a second factor and signs in with it (RELIABILITY §4.2).
import type { Page } from '@playwright/test';
import { dora, enrol, firstStep, invite, join } from '../lib/colleague.ts';
import { ada, type Office } from '../lib/office.ts';
import { ownMenu } from '../lib/rows.ts';
import { alive, expect, fits, ready, test } from '../lib/test.ts';
import { code } from '../lib/totp.ts';

test('a colleague is invited, comes by the link, and signs in with a second factor', async ({ page, emptyOffice: office }) => {
  test.slow();
  await setUp(page, office);
  const link = await test.step('invite', () => invite(page, office, dora));
  await signOut(page, ada.name);
  await test.step('come by the link', () => join(page, link, dora));
  const secret = await test.step('set up the second factor', () => enrol(page, office));
  await signOut(page, dora.name);
  await test.step('sign in with it', () => signInWithCode(page, office, secret));
});

async function setUp(page: Page, office: Office): Promise<void> {
  await page.goto(office.setUpLink);
  await ready(page);
  await page.getByLabel('Full name').fill(ada.name);
  await page.getByLabel('E-mail address').fill(ada.email);
  await page.getByLabel('Password', { exact: true }).fill(ada.password);
  await page.getByLabel('Password again').fill(ada.password);
  await page.getByRole('button', { name: 'Set up and sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Welcome to Postroom' })).toBeVisible();
}

async function signInWithCode(page: Page, office: Office, secret: string): Promise<void> {
  await firstStep(page, office, dora);
  await ready(page);
  await page.getByLabel('Code', { exact: true }).fill('000000');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText('This code is not right');
  await ready(page);
  await page.getByLabel('Code', { exact: true }).fill(code(secret, 0));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Your profile' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Open sessions' })).toBeVisible();
  await fits(page);
}

async function signOut(page: Page, name: string): Promise<void> {
  await ready(page);
  await ownMenu(page).click();
  if (alive()) {
    // The menu closes on Escape and on a click beside it.
    await page.keyboard.press('Escape');
    await expect(page.getByRole('button', { name: 'Sign out' })).toBeHidden();
    await ownMenu(page).click();
    await page.mouse.click(5, page.viewportSize()!.height - 5);
    await expect(page.getByRole('button', { name: 'Sign out' })).toBeHidden();
    await ownMenu(page).click();
  }
  await expect(page.getByRole('banner'), name).toContainText('Your profile');
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(page).toHaveURL(/\/sign-in/);
}
