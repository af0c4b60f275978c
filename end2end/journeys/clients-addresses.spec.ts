// What an edit of addresses does to the history is said before it is saved (S3); what was typed comes back when it is refused.
import { Office, officeAddress } from '../lib/office.ts';
import type { Letter } from '../lib/letters.ts';
import { expect, fits, ready, signIn, test } from '../lib/test.ts';

const old = 'vera@studio-vale.example';
const fresh = 'vera@vale.example';

test('an edit says which letters come and go, is saved as shown, and a refused one keeps what was typed', async ({ page }) => {
  test.slow();
  const from = (address: string, count: number, year: number): Letter[] =>
    Array.from({ length: count }, (_, n) => ({ folder: 'INBOX', from: address, to: officeAddress, subject: `${address} ${n}`, text: 'Hello.', date: new Date(Date.UTC(year, n % 12, 1 + (n % 28), 9)) }));
  const office = await Office.filled(5, [...from(fresh, 71, 2019), ...from(fresh, 72, 2024), ...from(old, 12, 2018)]);
  try {
    await office.cli(['client', 'import', await office.file('vera.csv', `code,name,self1\nV7001,Vera Vale,${old}\n`)]);
    await signIn(page, office, '/clients');
    await page.goto(`${office.url}/clients?words=vale`);
    await page.getByRole('link', { name: 'Vera Vale' }).click();
    await ready(page);
    await expect(page.getByText('12 letters', { exact: true })).toBeVisible();
    await page.getByRole('main').getByRole('link', { name: 'Change', exact: true }).click();
    await ready(page);

    await test.step('a refusal keeps what was typed', async () => {
      await page.getByLabel('Name', { exact: true }).fill('');
      await page.getByLabel('Address 1').first().fill(fresh);
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await ready(page);
      await expect(page.getByRole('alert')).toContainText("Enter the client's name");
      await expect(page.getByLabel('Address 1').first()).toHaveValue(fresh);
      await page.getByLabel('Name', { exact: true }).fill('Vera Vale');
    });

    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await ready(page);
    const effect = page.getByRole('region', { name: 'Not saved yet: what saving would do' });
    await expect(effect).toContainText('143 letters (2019 to 2024) come into this history');
    await expect(effect).toContainText('12 letters (2018) leave this history');
    await expect(page.getByLabel('Address 1').first()).toHaveValue(fresh);
    await fits(page);
    await page.getByRole('button', { name: 'Save as shown' }).click();
    await ready(page);
    await expect(page.getByText('143 letters', { exact: true })).toBeVisible();
  } finally {
    await office.stop();
  }
});
