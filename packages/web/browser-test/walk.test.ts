import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, startBrowser } from './support/browser.ts';
import { commandJson } from './support/command.ts';
import { chooseFiles, openPage } from './support/opened-page.ts';
import { type Site, startSite } from './support/site.ts';

const guest = fileURLToPath(
  new URL('../../../.lab/tasks-6.12/kdump-raw-zlib.vmcore', import.meta.url),
);

interface Translation {
  readonly physicalAddress: string;
  readonly entries: readonly { readonly at: string; readonly value: string }[];
  readonly error: { readonly message: string };
}

describe('the walk through page tables', () => {
  if (chromiumPath === undefined || !existsSync(guest)) {
    it('not tried: no Chromium is here, or the laboratory booted no guest');
    return;
  }
  let site: Site;
  let browser: Browser;
  let page: Page;

  before(async () => {
    site = await startSite();
    browser = await startBrowser();
    page = await openPage(browser, site.url);
    await chooseFiles(page, guest);
    await page.locator('nav a[href="#/walk"]').click();
  });
  after(async () => {
    await browser.close();
    await site.stop();
  });

  async function walk(text: string): Promise<void> {
    await page.locator('vm-place-form input').fill(text);
    await page.locator('vm-place-form button').click();
  }

  /** The values that boxes show under a title, in their order. */
  async function shown(title: string): Promise<(string | null)[]> {
    return await page
      .locator(`vm-walk-picture dt:text-is("${title}") + dd`)
      .evaluateAll((cells) => cells.map(({ textContent }) => textContent));
  }

  it('draws the entries that the command lists, and the page', async () => {
    await walk('init_task+0x10');
    await page.locator('vm-walk-picture .page').waitFor();
    const { entries, physicalAddress } = commandJson(
      'translate',
      guest,
      'init_task+0x10',
    ) as unknown as Translation;
    expect(await shown('entry at')).to.deep.equal(entries.map(({ at }) => at));
    expect(await shown('value')).to.deep.equal(entries.map(({ value }) => value));
    expect(await shown('physical')).to.deep.equal([physicalAddress]);
  });

  it('leads to each entry in the hex view', async () => {
    const [at] = await shown('entry at');
    await page.getByRole('link', { name: at ?? '' }).click();
    await page.locator('vm-hex-grid #chosen').waitFor();
    expect(new URL(page.url()).hash).to.equal(`#/memory/physical/${at}`);
    await page.goBack();
  });

  it("says which level ended the walk of what is not mapped, in the command's words", async () => {
    await walk('0xffffffff81000000');
    const alert = page.locator('vm-walk-view [role=alert]');
    await alert.waitFor();
    const address = '0xffffffff81000000';
    const json = commandJson('translate', guest, address) as unknown as Translation;
    expect(await alert.textContent()).to.contain(json.error.message);
  });
});
