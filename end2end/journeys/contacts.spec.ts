// Agents and suppliers, and whose replies an account imports (TP-37 to TP-44, O24, O26). With the keyboard; without JavaScript too.
import { choose, comeIn, follow, press, tabTo, tick, type } from '../lib/keys.ts';
import { Office } from '../lib/office.ts';
import { alive, test as base, expect, fits, mainLink, visit } from '../lib/test.ts';

/** With an office of these tests alone: they change what it imports. */
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

test('a contact type, a contact with two addresses, and an account that imports its replies', async ({ page, own }) => {
  const mark = Date.now();
  const [kind, name, pay] = [`Groups ${mark}`, `Hotel ${mark}`, `pay${mark}@books.example`];
  await comeIn(page, own, '/settings/contact-types');
  await type(page, page.getByLabel('Name', { exact: true }), kind);
  await follow(page, page.getByRole('button', { name: 'Add the type' }));
  await expect(page.getByRole('status')).toContainText('The contact type is added.');
  await fits(page);

  await follow(page, await mainLink(page, 'Contacts', (more) => press(page, more)));
  await follow(page, page.getByRole('main').getByRole('link', { name: 'Add a contact' }).first());
  await type(page, page.getByLabel('Name', { exact: true }), name);
  await follow(page, page.getByRole('button', { name: 'Save', exact: true }));
  await expect(page.getByRole('alert').first()).toContainText('Choose whether it is an agent or a supplier');
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue(name);
  await choose(page, page.getByLabel('Agent or supplier'), 'Supplier');
  await choose(page, page.getByLabel('Contact type'), kind);
  await type(page, page.getByLabel('Address 1'), `book${mark}@hotel.example`);
  await type(page, page.getByLabel('Address 2'), `desk${mark}@hotel.example`);
  await follow(page, page.getByRole('button', { name: 'Save', exact: true }));
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  await expect(page.getByRole('main')).toContainText(`Supplier · ${kind}`);
  await expect(page.getByRole('main')).toContainText('2 addresses on file');
  await fits(page);

  await visit(page, own, '/accounts');
  await follow(page, page.getByRole('main').getByRole('link', { name: 'Office', exact: true }));
  await follow(page, page.getByRole('navigation', { name: 'Account' }).getByRole('link', { name: 'Import' }));
  await tick(page, page.getByLabel('Import', { exact: true }));
  await tick(page, page.getByRole('group', { name: 'Supplier Contacts' }).getByLabel(kind));
  await follow(page, page.getByRole('button', { name: 'Save', exact: true }));
  await expect(page.getByRole('status')).toContainText('What is imported is saved.');
  await expect(page.getByRole('group', { name: 'Supplier Contacts' }).getByLabel(kind)).toBeChecked();
  await fits(page);

  // A dialog with scripts, a form in the page without.
  const insert = page.getByRole('main').getByRole('link', { name: 'Insert' });
  await press(page, insert);
  const form = alive() ? page.getByRole('dialog', { name: 'Approve an address' }) : page.locator('#forward-form');
  await expect(form).toBeVisible();
  await type(page, form.getByLabel('Email address'), pay);
  await type(page, form.getByLabel('Name'), 'Payables');
  await follow(page, form.getByRole('button', { name: 'OK' }));
  await expect(page.getByRole('status')).toContainText('The address is approved');
  const row = page.getByRole('row').filter({ hasText: pay });
  await expect(row).toContainText('Payables');
  await fits(page);
  await tabTo(page, row.getByRole('button', { name: /^Remove/ }));
});

test('a contact whose letters are here already: looked at before it is saved, deleted, and put back', async ({ page, own }) => {
  const name = `Northgate ${Date.now()}`;
  const transfers = 'transfers@northgate-pensions.example';
  await comeIn(page, own, '/contacts/new');
  await type(page, page.getByLabel('Name', { exact: true }), name);
  await choose(page, page.getByLabel('Agent or supplier'), 'Supplier');
  await choose(page, page.getByLabel('Contact type'), 'Accounts');
  await type(page, page.getByLabel('Address 1'), transfers);
  await follow(page, page.getByRole('button', { name: 'Save', exact: true }));
  const effect = page.getByRole('region', { name: 'Not saved yet: what saving would do' });
  await expect(effect).toContainText('this history');
  await expect(page.getByLabel('Address 1')).toHaveValue(transfers);
  await fits(page);
  await follow(page, page.getByRole('button', { name: 'Save as shown' }));
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
  const letters = page.getByRole('status').filter({ hasText: /^\d+ letters?$/ });
  const before = await letters.textContent();

  await follow(page, page.getByRole('main').getByRole('link', { name: 'Delete' }));
  await expect(page.getByRole('main')).toContainText('in its history. They stay in Postroom');
  await expect(page.getByRole('main')).toContainText(transfers);
  await fits(page);
  await follow(page, page.getByRole('button', { name: `Delete ${name}` }));
  await expect(page.getByRole('status')).toContainText('The contact is deleted.');
  await expect(page.getByRole('main')).toContainText('A contact that was deleted on');
  await fits(page);
  // It is found again among the deleted ones.
  await visit(page, own, '/contacts');
  await press(page, page.locator('#deleted > summary'));
  await follow(page, page.locator('#deleted').getByRole('link', { name }));
  await follow(page, page.getByRole('button', { name: 'Put the contact back' }));
  await expect(page.getByRole('status').first()).toContainText('The contact is back');
  await expect(letters).toHaveText(before!);
});
