// A list of clients whose columns have names of their own: said which is what, looked at, imported, refused rows mended.
import { readFile } from 'node:fs/promises';
import { Office } from '../lib/office.ts';
import { expect, fits, ready, signIn, test } from '../lib/test.ts';

const list = 'Kennung;Nachname;E-Mail;Notiz\nN1;Nora Nowak;nora@nowak.example;x\nN2;Óscar Núñez;oscar at nunez;y\nH1001;Margaret & Thomas Hale;;z\n';

test('columns are assigned by hand, the outcome is shown, refused rows come back as a file', async ({ page }) => {
  test.slow();
  const office = await Office.filled(5);
  try {
    await signIn(page, office, '/clients/import');
    const upload = async (name: string, text: string | Buffer) => {
      await page.getByLabel('Choose the list').or(page.getByLabel('Choose another list')).setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });
      await page.getByRole('button', { name: 'Look at the list' }).click();
      await ready(page);
    };
    await upload('clients.csv', list);
    await expect(page.getByText("Choose the column that holds the client's code")).toBeVisible();
    await fits(page);
    const stands = (column: string) => page.getByLabel(`What the column “${column}” stands for`);
    await stands('Kennung').selectOption('Code');
    await stands('Nachname').selectOption('Code');
    await page.getByRole('button', { name: 'Look again with these columns' }).click();
    await ready(page);
    await expect(page.getByRole('alert')).toContainText('The column “Kennung” stands for the same');
    await expect(stands('Kennung'), 'the choice is kept').toHaveValue('code');
    await stands('Nachname').selectOption('Name');
    await stands('E-Mail').selectOption("Client's address 1");
    await page.getByRole('button', { name: 'Look again with these columns' }).click();
    await ready(page);
    await expect(page.getByText('Line 3: E-Mail: Enter an e-mail address')).toBeVisible();
    await fits(page);
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download the refused lines' }).click()]);
    const refused = await readFile(await download.path(), 'utf8');
    expect(refused).toContain('Kennung;Nachname;E-Mail;Notiz;reason');

    await test.step('a choice changed at the last moment is shown first', async () => {
      await stands('Notiz').selectOption("Partner's address 1");
      await page.getByRole('button', { name: 'Import 2 clients' }).click();
      await ready(page);
      await expect(page.getByText('No row can be imported yet')).toBeVisible();
      await stands('Notiz').selectOption('Leave out');
      await page.getByRole('button', { name: 'Look again with these columns' }).click();
      await ready(page);
    });

    await page.getByRole('button', { name: 'Import 2 clients' }).click();
    await ready(page);
    await expect(page.getByText('1 added, 0 changed, 1 as before, 1 refused.')).toBeVisible();
    await upload('refused-rows.csv', refused.replace('oscar at nunez', 'oscar@nunez.example').replace('Kennung;Nachname;E-Mail', 'code;name;self1'));
    await page.getByRole('button', { name: 'Import 1 client' }).click();
    await ready(page);
    await expect(page.getByText('1 added, 0 changed, 0 as before, 0 refused.')).toBeVisible();
    await page.goto(`${office.url}/clients?words=nunez`);
    await expect(page.getByRole('link', { name: 'Óscar Núñez' })).toBeVisible();
  } finally {
    await office.stop();
  }
});
