import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Browser, Locator, Page } from 'playwright-core';
import { chromiumPath, startBrowser } from './support/browser.ts';
import { chooseFiles, openPage } from './support/opened-page.ts';
import { type Site, startSite } from './support/site.ts';
import { showView } from './support/views.ts';

const dump = fileURLToPath(new URL('../../../fixtures/trixie-kaslr/dump.kdump', import.meta.url));

describe('the page in the colours of the system', () => {
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
    await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
    await chooseFiles(page, dump);
  });
  after(async () => {
    await browser.close();
    await site.stop();
  });

  /** The colours that an element is drawn in. */
  const drawn = (element: Locator): Promise<readonly string[]> =>
    element.first().evaluate((each) => {
      const { backgroundColor, color } = getComputedStyle(each);
      return [backgroundColor, color];
    });
  const systemColours = (): Promise<readonly string[]> =>
    page.evaluate(() => {
      const probe = document.body.appendChild(document.createElement('i'));
      probe.style.setProperty('forced-color-adjust', 'none');
      probe.style.setProperty('background-color', 'Highlight');
      probe.style.setProperty('color', 'HighlightText');
      const { backgroundColor, color } = getComputedStyle(probe);
      probe.remove();
      return [backgroundColor, color];
    });

  it('shows what is chosen: view, tab, button, row and byte', async () => {
    const wanted = await systemColours();
    expect(await drawn(page.locator('vm-navigation [aria-current=page]'))).to.deep.equal(wanted);
    expect(await drawn(page.locator('vm-tabs [role=tab][aria-selected=true]'))).to.deep.equal(
      wanted,
    );
    await showView(page, 'memory');
    const byte = page.locator('vm-hex-grid #chosen');
    await byte.waitFor();
    expect(await drawn(byte)).to.deep.equal(wanted);
    expect(await drawn(page.locator('vm-hex-grid .text b:not(:empty)'))).to.deep.equal(wanted);
    expect(await drawn(page.locator('vm-memory-bar [aria-pressed=true]'))).to.deep.equal(wanted);
    await showView(page, 'log');
    await page.locator('vm-table .body .row').first().click();
    expect(await drawn(page.locator('vm-table .body .row[aria-selected=true]'))).to.deep.equal(
      wanted,
    );
  });

  it('shows the words of the main button', async () => {
    await showView(page, 'memory');
    const [background, ink] = await drawn(page.locator('vm-memory-bar button.primary'));
    expect(background).not.to.equal(ink);
    expect(background).not.to.equal((await systemColours())[0]);
  });

  it('draws the patterns of memory that a dump does not have', async () => {
    await showView(page, 'memory');
    for (const kind of ['excluded', 'absent', 'corrupt', 'unmapped']) {
      const swatch = page.locator(`vm-memory-legend [data-kind=${kind}]`);
      const pattern = await swatch.evaluate((each) => getComputedStyle(each).backgroundImage);
      expect(pattern, kind).to.contain('gradient');
    }
  });
});
