import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, startBrowser } from './support/browser.ts';
import { openPage, phaseIn } from './support/opened-page.ts';
import { type Site, startSite } from './support/site.ts';
import { viewsIn } from './support/views.ts';

/** No view has more to stop at before its own content. */
const maxStops = 80;

/** The text or the name of what has the focus, within all elements. */
async function focused(page: Page): Promise<string> {
  return await page.evaluate(() => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) {
      active = active.shadowRoot.activeElement;
    }
    return (active?.getAttribute('aria-label') ?? active?.textContent ?? '').trim();
  });
}

/** Presses Tab until something has the focus. Throws where nothing of that name comes. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let stops = 0; stops < maxStops; stops++) {
    await page.keyboard.press('Tab');
    if (name.test(await focused(page))) {
      return;
    }
  }
  throw new Error(`no Tab comes to ${name}`);
}

describe('the page by keyboard alone', () => {
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

  it('opens an example', async () => {
    await tabTo(page, /^look at an example$/);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'A wrong header' }).waitFor();
    await tabTo(page, /^A wrong header/);
    await page.keyboard.press('Enter');
    await page.waitForFunction(phaseIn, 'ready');
  });

  it('goes on at each view that it chooses', async () => {
    const titles = await page.locator('vm-navigation a').allInnerTexts();
    expect(titles.length).to.equal((await viewsIn(page)).length);
    for (const title of titles) {
      await page
        .locator('vm-navigation a', { hasText: new RegExp(`^${title}$`) })
        .first()
        .focus();
      await page.keyboard.press('Enter');
      await page.locator('main h1:focus, main:focus').waitFor();
    }
  });

  it('goes past the navigation by the first stop', async () => {
    await page.locator('vm-app button.skip').focus();
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.localName)).to.equal('vm-app');
    await page.locator('main:focus').waitFor();
  });

  it('shows a view by g and its letter, and the shortcuts by ?', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('v');
    await page.locator('vm-verdict-view h1:focus').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  });

  it('changes tabs by arrows', async () => {
    await page.getByRole('tab', { name: 'Evidence' }).focus();
    await page.keyboard.press('ArrowRight');
    expect(await focused(page)).to.equal('Text');
    await page.getByRole('tabpanel', { name: 'Text' }).waitFor();
  });

  it('goes to the first and last tab by Home and End', async () => {
    const tabs = await page.getByRole('tab').allInnerTexts();
    await page.keyboard.press('Home');
    expect(await focused(page)).to.equal(tabs[0]);
    await page.keyboard.press('End');
    expect(await focused(page)).to.equal(tabs.at(-1));
  });

  it('has no shortcuts in a field', async () => {
    await page.locator('vm-header select').focus();
    await page.keyboard.press('?');
    expect(await page.getByRole('dialog').count()).to.equal(0);
  });
});
