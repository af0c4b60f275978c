// The first steps of an office, as journeys take them: set up, a mailbox connected and collected, clients on file.
import type { Locator, Page } from '@playwright/test';
import { clientsCsv } from './letters.ts';
import { ada, officeAddress, type Office } from './office.ts';
import { expect, ready, visit } from './test.ts';

/** Through the one-time link. */
export async function setUp(page: Page, office: Office): Promise<void> {
  await page.goto(office.setUpLink);
  await ready(page);
  await page.getByLabel('Full name').fill(ada.name);
  await page.getByLabel('E-mail address').fill(ada.email);
  await page.getByLabel('Password', { exact: true }).fill(ada.password);
  await page.getByLabel('Password again').fill(ada.password);
  await page.getByRole('button', { name: 'Set up and sign in' }).click();
  await expect(page.getByRole('heading', { name: 'Welcome to Postroom' })).toBeVisible();
  await ready(page);
}

/** A mailbox by IMAP, with the classic mistake, which the doctor mends. */
export async function connect(page: Page, office: Office): Promise<void> {
  const { imap_port, user, password } = office.mail.line;
  await page.getByRole('main').getByRole('link', { name: 'Connect a mailbox' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Connect a mailbox' })).toBeVisible();
  const address = page.getByLabel('E-mail address of the mailbox');
  const guessed = page.waitForResponse(/\/api\/accounts\/guess/);
  await address.fill(officeAddress);
  await address.press('Tab');
  await guessed;
  await page.getByText('Choose the server type yourself').click();
  await page.getByRole('radio', { name: 'Custom' }).check();
  await page.getByLabel('Name', { exact: true }).fill('Office');
  await page.getByLabel('Server', { exact: true }).fill('127.0.0.1');
  // The port for STARTTLS with TLS chosen: the classic mistake.
  await page.getByLabel('Security').selectOption({ label: 'TLS' });
  await page.getByLabel('Port', { exact: true }).fill(`${imap_port}`);
  await page.getByLabel('User name').fill(user);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByLabel('Password again').fill(password);
  await page.getByRole('button', { name: 'Test connection' }).click();

  const report = page.getByRole('region', { name: /^The connection/ });
  await expect(report).toContainText('The connection does not work yet');
  await mend(report);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page).toHaveURL(/\/accounts\/\d+\?.*tab=folders/);
  await ready(page);
}

/** Presses the button of the rung that failed, rung after rung: the security, then the certificate that nobody vouches for. */
async function mend(report: Locator): Promise<void> {
  const good = report.getByRole('heading', { name: 'The connection works' });
  const failed = report.getByRole('listitem').filter({ hasText: 'Failed' });
  for (let presses = 0; presses < 3 && !(await good.isVisible()); presses++) {
    const rung = (await failed.textContent()) ?? '';
    await failed.getByRole('button').click();
    await expect(good.or(failed.filter({ hasNotText: rung }))).toBeVisible({ timeout: 30_000 });
  }
  await expect(good).toBeVisible();
}

/** The choice of folders, rehearsed. */
export async function folders(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Download folders' }).click();
  await expect(page.getByRole('checkbox', { name: 'INBOX' })).toBeChecked();
  await expect(page.getByRole('checkbox', { name: 'Sent', exact: true })).toBeChecked();
  await expect(page.getByText('Entwürfe/Münze')).toBeVisible();
  await page.getByRole('button', { name: 'Save the choice' }).click();
  await expect(page.getByText('The choice of folders is saved.')).toBeVisible();
  await page.getByRole('button', { name: 'Rehearse' }).click();
  const rehearsal = page.getByRole('region', { name: 'Rehearsal' });
  await expect(rehearsal.getByRole('row', { name: /INBOX/ })).toBeVisible({ timeout: 30_000 });
  await expect(rehearsal).toContainText('were looked at');
}

/** The first collection, to its end. */
export async function collect(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Start collecting' }).click();
  await expect(page.getByRole('progressbar', { name: 'Collection' })).toBeVisible();
  await expect(page.getByText(/^Complete: all [\d,]+ letters on the server are accounted for\.$/)).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText('Up to date').first()).toBeVisible();
  await page.getByRole('row', { name: /INBOX/ }).getByRole('link', { name: /^Filed/ }).click();
  await expect(page.getByRole('heading', { level: 1, name: /INBOX/ })).toBeVisible();
}

/** The office's clients, from their list. */
export async function clients(page: Page, office: Office): Promise<void> {
  await visit(page, office, '/clients/import');
  await page.getByLabel('Choose the list').setInputFiles({ name: 'clients.csv', mimeType: 'text/csv', buffer: Buffer.from(clientsCsv) });
  await page.getByRole('button', { name: 'Look at the list' }).click();
  await expect(page.getByRole('heading', { name: 'What would happen' })).toBeVisible();
  await ready(page);
  await page.getByRole('button', { name: 'Import 6 clients' }).click();
  await expect(page.getByText('The list is imported.')).toBeVisible();
  await page.getByRole('link', { name: 'See the clients' }).click();
}
