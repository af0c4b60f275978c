// Clients with the keyboard alone (FP-05, S3, S12): found, added, changed after a look at the effect, merged, imported. Without JavaScript too.
import { hale, type Letter } from '../lib/letters.ts';
import { choose, comeIn, fileDialog, follow, press, skip, tabTo, type } from '../lib/keys.ts';
import { Office, officeAddress } from '../lib/office.ts';
import { alive, expect, fits, ready, test as base } from '../lib/test.ts';

const vera = { code: 'V7001', name: 'Vera Vale', address: 'vera@vale.example', old: 'vera@studio-vale.example' };
const letter = (from: string, n: number): Letter => ({ folder: 'INBOX', from, to: officeAddress, subject: `From ${from}, ${n}`, text: 'Hello.', date: new Date(Date.UTC(2021, n, 5, 9)) });

const test = base.extend<object, { own: Office }>({
  own: [
    async ({}, use) => {
      const own = await Office.filled(0, [1, 2, 3].map((n) => letter(vera.address, n)).concat([4, 5].map((n) => letter(vera.old, n))));
      await use(own);
      await own.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
});

test('a client is added, with what is wrong said where it is wrong, and changed after a look at what that does', async ({ page, own }) => {
  await comeIn(page, own);
  await follow(page, page.getByRole('link', { name: 'Add a client' }));
  const summary = page.getByRole('alert').filter({ hasText: 'There is a problem' });
  const [name, code] = [page.getByLabel('Name', { exact: true }), page.getByLabel('Code', { exact: true })];
  const address = page.getByRole('group', { name: "The client's addresses" }).getByLabel('Address 1');
  const partner = page.getByRole('group', { name: "The partner's addresses" }).getByLabel('Address 1');

  await test.step('refused: said in the summary, which leads to the field, where it is said again', async () => {
    await type(page, name, vera.name);
    await type(page, address, 'vera at vale');
    await follow(page, page.getByRole('button', { name: 'Save', exact: true }));
    if (alive()) await expect(summary).toBeFocused();
    await expect(page).toHaveTitle(/^Error: /);
    await expect(name).toHaveValue(vera.name);
    await expect(address).toHaveValue('vera at vale');
    await press(page, summary.getByRole('link', { name: "Enter the client's code" }));
    await expect(code).toBeFocused();
    await expect(code).toHaveAttribute('aria-invalid', 'true');
    await expect(page.locator('#code-error')).toContainText("Enter the client's code");
    await expect(code).toHaveAttribute('aria-describedby', /code-error/);
    await page.keyboard.type(vera.code);
    await expect(page.locator('#self1-error')).toBeVisible();
    await fits(page);
  });

  const effect = page.getByRole('region', { name: 'Not saved yet: what saving would do' });
  await test.step('a couple: the address of another file is said to be on both', async () => {
    await type(page, address, vera.old);
    await type(page, partner, hale.address);
    await follow(page, page.getByRole('button', { name: 'Save', exact: true }));
    await expect(effect).toContainText(/letters .*come into this history/);
    await expect(effect).toContainText(`also belong to ${hale.name}`);
    await expect(page.getByText(`Also on file for ${hale.name}`)).toBeVisible();
    if (alive()) await expect(effect).toBeFocused();
    await follow(page, page.getByRole('button', { name: 'Save as shown' }));
    await expect(page.getByRole('heading', { level: 1, name: vera.name })).toBeVisible();
    await expect(page.getByRole('main')).toContainText(`Also on file for ${hale.name}`);
  });

  await test.step('an edit says what it does before it is saved', async () => {
    await follow(page, page.getByRole('link', { name: 'Change', exact: true }));
    await type(page, address, vera.address);
    await type(page, partner, '');
    await follow(page, page.getByRole('button', { name: 'Preview' }));
    await expect(effect).toContainText('3 letters (2021) come into this history');
    await expect(effect).toContainText(/letters \(.*2021.*\) leave this history/);
    await fits(page);
    await follow(page, page.getByRole('button', { name: 'Save as shown' }));
    await expect(page.getByText('3 letters', { exact: true })).toBeVisible();
  });
});

test('a client is found, merged with another and parted from it again', async ({ page, own }) => {
  const twin = { code: 'X9001', name: 'Margaret Hael' };
  await own.cli(['client', 'import', await own.file('twin.csv', `code,name,self1\n${twin.code},${twin.name},marge@hale.example\n`)]);
  await comeIn(page, own);
  await type(page, page.getByRole('searchbox', { name: 'Find a client' }), hale.code);
  const left = page.waitForURL(/words=/);
  await page.keyboard.press('Enter');
  await left;
  await ready(page);
  await expect(page.getByRole('main').getByRole('status')).toContainText(/1 of \d+ clients with/);
  await skip(page);
  await follow(page, page.getByRole('link', { name: hale.name }));
  await follow(page, page.getByRole('main').getByRole('link', { name: 'Merge' }));
  await type(page, page.getByLabel('Find a client'), 'hael');
  await follow(page, page.getByRole('button', { name: 'Find' }));
  await follow(page, page.getByRole('main').getByRole('link', { name: twin.name }));
  await choose(page, page.getByLabel('marge@hale.example'), 'The partner');
  await follow(page, page.getByRole('button', { name: 'Show again with these choices' }));
  await expect(page.getByLabel('marge@hale.example')).toHaveValue('partner');
  await fits(page);
  await follow(page, page.getByRole('button', { name: `Merge ${twin.name} into` }));
  await expect(page.getByText('The two clients are one.')).toBeVisible();
  await follow(page, page.getByRole('button', { name: 'Undo the merger' }));
  await expect(page.getByText('both clients are as they were before it')).toBeVisible();
});

test('a list is imported: its columns said, looked at before, the refused line told', async ({ page, own }) => {
  await comeIn(page, own);
  await follow(page, page.getByRole('link', { name: 'Import a list' }));
  await follow(page, page.getByRole('button', { name: 'Look at the list' }));
  await expect(page.getByRole('alert')).toContainText('Choose a file');
  await press(page, page.getByRole('alert').getByRole('link', { name: 'Choose a file' }));
  await expect(page.getByLabel('Choose the list')).toBeFocused();
  const list = 'Kennung;Wer;Post\nN1;Nora Nowak;nora@nowak.example\nN2;Óscar Núñez;oscar at nunez\n';
  await (await fileDialog(page)).setFiles({ name: 'clients.csv', mimeType: 'text/csv', buffer: Buffer.from(list) });
  await follow(page, page.getByRole('button', { name: 'Look at the list' }));

  const stands = (column: string) => page.getByLabel(`What the column “${column}” stands for`);
  await choose(page, stands('Kennung'), 'Code');
  await choose(page, stands('Wer'), 'Name');
  await choose(page, stands('Post'), "Client's address 1");
  await follow(page, page.getByRole('button', { name: 'Look again with these columns' }));
  await expect(page.getByText('Line 3: Post: Enter an e-mail address')).toBeVisible();
  await fits(page);
  const download = page.waitForEvent('download');
  await press(page, page.getByRole('link', { name: 'Download the refused lines' }));
  expect((await download).suggestedFilename()).toMatch(/\.csv$/);
  await follow(page, page.getByRole('button', { name: 'Import 1 client' }));
  await expect(page.getByText(/The list is imported/)).toBeVisible();
  await expect(page.getByText(/, 1 refused\./)).toBeVisible();
  await follow(page, page.getByRole('link', { name: 'See the clients' }));
  await tabTo(page, page.getByRole('link', { name: 'Nora Nowak' }));
});
