import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { chromiumPath, startBrowser } from './support/browser.ts';
import { chooseFiles, openPage, verdictIn } from './support/opened-page.ts';
import { type Site, startSite } from './support/site.ts';

const dump = fileURLToPath(new URL('../../../fixtures/trixie-kaslr/dump.kdump', import.meta.url));

describe('the worker of the page', () => {
  if (chromiumPath === undefined) {
    it('not tried: no Chromium is here');
    return;
  }
  let site: Site;
  let browser: Browser;

  before(async () => {
    site = await startSite();
    browser = await startBrowser();
  });
  after(async () => {
    await browser.close();
    await site.stop();
  });

  it('is not fetched by a page that is never idle, until a file comes', async () => {
    const page = await openPage(browser, site.url, async (empty) => {
      await empty.addInitScript(() => {
        window.requestIdleCallback = () => 0;
      });
    });
    await page.waitForTimeout(300);
    expect(site.asked).to.include('/page.js').and.not.include('/worker.js');
    await chooseFiles(page, dump);
    expect(site.asked).to.include('/worker.js');
    expect(await verdictIn(page)).to.have.property('confidence', 'certain');
    await page.close();
  });

  it('is fetched by an idle page before a file comes, and no analyzer with it', async () => {
    const asked = site.asked.length;
    const page = await openPage(browser, site.url);
    const fetched = (): string[] => site.asked.slice(asked);
    while (!fetched().some((path) => path.includes('/session-'))) {
      await page.waitForTimeout(50);
    }
    expect(fetched()).to.include('/worker.js');
    expect(fetched().filter((path) => path.includes('/reports-'))).to.deep.equal([]);
    await page.close();
  });
});
