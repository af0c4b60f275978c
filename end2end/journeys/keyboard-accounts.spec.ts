// Accounts with the keyboard alone (FP-29 to FP-34, S1): the verdict, the record with its chart, a statement, the checklist, the settings.
// Without JavaScript too.
import { choose, comeIn, follow, press, skip, tabTo, type } from '../lib/keys.ts';
import { hale } from '../lib/letters.ts';
import { alive, expect, fits, test } from '../lib/test.ts';

test('an account is looked over: its record day by day, a statement to print, what keeps letters away', async ({ page, office }) => {
  await comeIn(page, office, '/accounts');
  await expect(page.getByRole('region', { name: 'Overall' })).toContainText('healthy and complete');
  await skip(page);
  await follow(page, page.getByRole('main').getByRole('link', { name: 'Office', exact: true }));
  await follow(page, page.getByRole('navigation', { name: 'Account' }).getByRole('link', { name: 'Folders' }));
  await tabTo(page, page.getByRole('checkbox', { name: 'INBOX' }));
  await follow(page, page.getByRole('navigation', { name: 'Account' }).getByRole('link', { name: 'Ledger' }), { back: true });
  const record = page.getByRole('navigation', { name: 'On record' });
  await follow(page, record.getByRole('link', { name: 'Collections, day by day' }));
  // What the picture says stands in words above it, and line by line below.
  await expect(page.getByRole('img', { name: /new letters came in/ })).toBeVisible();
  await expect(page.getByRole('table', { name: 'Collections, the latest first' }).getByRole('row')).not.toHaveCount(1);
  await fits(page);
  await follow(page, page.getByRole('navigation', { name: 'You are here' }).getByRole('link', { name: 'Office' }));
  await follow(page, page.getByRole('link', { name: 'Statements', exact: true }));
  await follow(page, page.getByRole('button', { name: 'Draw one up now' }));
  await expect(page.getByRole('heading', { level: 1, name: 'Statement of Office' })).toBeVisible();
  await expect(page.getByRole('main')).toContainText('of the audit trail holds this digest');
  await fits(page);
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeHidden();
  await expect(page.getByRole('table', { name: 'Ledger, folder by folder' })).toBeVisible();
  await page.emulateMedia({ media: 'screen' });
  await follow(page, page.getByRole('navigation', { name: 'You are here' }).getByRole('link', { name: 'Statements' }));
  await tabTo(page, page.getByRole('table').getByRole('link').first());

  await test.step('the checklist', async () => {
    await follow(page, page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Accounts' }));
    await follow(page, page.getByRole('link', { name: 'No letters appear for a client?' }));
    await type(page, page.getByRole('textbox', { name: 'Address of whose letters do not appear' }), hale.address.replace('hale', 'hael'));
    await follow(page, page.getByRole('button', { name: 'Check' }));
    await expect(page.getByRole('main')).toContainText(`Did you mean ${hale.address}?`);
    await fits(page);
  });
});

test('settings that cannot be are refused where they stand, and what was typed stays', async ({ page, office }) => {
  await comeIn(page, office, '/accounts/new');
  await type(page, page.getByLabel('E-mail address of the mailbox'), 'studio@vale.example');
  await press(page, page.getByText('Choose the server type yourself'));
  await tabTo(page, page.getByRole('radio', { checked: true }));
  for (let presses = 0; presses < 4 && !(await page.getByRole('radio', { name: 'Custom' }).isChecked()); presses++) await page.keyboard.press('ArrowDown');
  await expect(page.getByRole('radio', { name: 'Custom' })).toBeChecked();
  await type(page, page.getByLabel('Name', { exact: true }), 'Studio');
  await type(page, page.getByLabel('Server', { exact: true }), '127.0.0.1');
  await type(page, page.getByLabel('Port', { exact: true }), 'many');
  await choose(page, page.getByLabel('Security'), 'STARTTLS');
  if (alive()) await type(page, page.getByLabel('Port', { exact: true }), 'many');
  await type(page, page.getByLabel('Password', { exact: true }), 'a word of the mailbox');
  await type(page, page.getByLabel('Password again'), 'another word');
  await press(page, page.getByText('Advanced', { exact: true }));
  await type(page, page.getByLabel('Time-out in minutes'), '99');
  await follow(page, page.getByRole('button', { name: 'Save', exact: true }));
  const summary = page.getByRole('alert').filter({ hasText: 'There is a problem' });
  if (alive()) await expect(summary).toBeFocused();
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Studio');
  await expect(page.getByLabel('Port', { exact: true })).toHaveValue('many');
  await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
  await press(page, summary.getByRole('link').filter({ hasText: /port/i }));
  await expect(page.getByLabel('Port', { exact: true })).toBeFocused();
  await expect(page.locator('#port-error')).toBeVisible();
  await fits(page);
  await follow(page, page.getByRole('button', { name: 'Exit without saving' }));
  await expect(page.getByRole('heading', { level: 1, name: 'Email accounts' })).toBeVisible();
});
