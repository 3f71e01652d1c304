import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, startBrowser } from './support/browser.ts';
import { openPage, phaseIn, verdictIn } from './support/opened-page.ts';
import { type Site, startSite } from './support/site.ts';

describe('the examples of the page', () => {
  if (chromiumPath === undefined) {
    it('not tried: no Chromium is here');
    return;
  }
  let site: Site;
  let browser: Browser;
  let page: Page;

  before(async () => {
    site = await startSite();
    browser = await startBrowser();
    page = await openPage(browser, site.url);
  });
  after(async () => {
    await browser.close();
    await site.stop();
  });

  it('are asked for only when one is chosen', async () => {
    expect(site.asked.filter((path) => path.startsWith('/examples'))).to.deep.equal([]);
    await page.getByRole('link', { name: 'look at an example' }).click();
    await page.getByRole('heading', { name: 'Examples' }).waitFor();
    await page.getByRole('button', { name: 'A wrong header' }).waitFor();
    expect(site.asked.filter((path) => path.startsWith('/examples'))).to.deep.equal([
      '/examples/index.json',
    ]);
  });

  it('open by one click, and show their verdict', async () => {
    await page.getByRole('button', { name: 'A wrong header' }).click();
    await page.waitForFunction(phaseIn, 'ready');
    const { confidence, kernel } = await verdictIn(page);
    expect(confidence).to.equal('certain');
    expect(kernel).to.include({ physBase: 0x600000 });
    expect(new URL(page.url()).hash).to.equal('#/verdict');
    await page.getByRole('heading', { name: /phys_base is 0x600000/ }).waitFor();
  });

  it('show the title of the view and the file in the title of the tab', async () => {
    expect(await page.title()).to.equal('Verdict – wrong-header.kdump – vmcorekit');
  });

  it('name commands to copy, and what speaks for and against', async () => {
    await page.getByText('vmcorekit repair wrong-header.kdump mended.kdump').first().waitFor();
    await page.getByRole('cell', { name: 'phys-base-variable' }).waitFor();
    await page.getByRole('table', { name: 'Contradictions' }).waitFor();
    const place = page.getByRole('link', { name: /^physical 0x/ }).first();
    expect(await place.getAttribute('href')).to.match(/^#\/memory\/(?:physical|virtual)\/0x/);
  });

  it('can be searched again without a heuristic', async () => {
    await page.getByText('Search again').click();
    await page.getByRole('checkbox', { name: /^cr3-walk/ }).check();
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await page.getByRole('cell', { name: 'skipped as asked' }).waitFor();
  });
});
