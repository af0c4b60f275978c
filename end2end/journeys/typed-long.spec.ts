// STYLE 1.11: a form that is refused keeps what was typed, however long it is, and never a password. Without JavaScript too.
import { comeIn, follow, press, tabTo, type } from '../lib/keys.ts';
import { expect, test } from '../lib/test.ts';

test('a field of 20 kB comes back whole, as often as the form is refused', async ({ page, office }) => {
  const long = 'Zoë Quick '.repeat(2_000).trim();
  await comeIn(page, office, '/settings/people');
  await press(page, page.getByText('Add somebody with a first password instead'));
  const form = page.locator('form[action="/api/people/add"]');
  await tabTo(page, form.getByLabel('Full name'));
  await page.keyboard.insertText(long);
  await type(page, form.getByLabel('First password', { exact: true }), 'never echoed, ever');
  for (const address of ['nowhere', 'nowhere at all']) {
    if (await form.isHidden()) await press(page, page.getByText('Add somebody with a first password instead'));
    await type(page, form.getByLabel('E-mail address'), address);
    await follow(page, form.getByRole('button', { name: 'Add the person' }));
    await expect(page.getByRole('alert')).toContainText('There is a problem');
    await expect(form.getByLabel('Full name')).toHaveValue(long);
    await expect(form.getByLabel('E-mail address')).toHaveValue(address);
    await expect(form.getByLabel('First password', { exact: true })).toHaveValue('');
    expect(await page.content()).not.toContain('never echoed');
  }
});
