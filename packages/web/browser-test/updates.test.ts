import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { chromiumPath, startBrowser } from './support/browser.ts';
import { isNewer, keptOnly, putNewer } from './support/newer-page.ts';
import { chooseFiles, verdictIn } from './support/opened-page.ts';
import { type Site, startSite } from './support/site.ts';
import { showView } from './support/views.ts';

const dump = fileURLToPath(new URL('../../../fixtures/trixie-kaslr/dump.kdump', import.meta.url));

describe('a newer version of the page', () => {
  if (chromiumPath === undefined) {
    it('not tried: no Chromium is here');
    return;
  }
  let site: Site;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  before(async () => {
    browser = await startBrowser();
  });
  after(() => browser.close());
  beforeEach(async () => {
    site = await startSite({ folders: ['/stable/', '/next/', '/'] });
    context = await browser.newContext();
  });
  afterEach(async () => {
    await context.close();
    await site.stop();
  });

  /** A tab with the page, once it works without a network. */
  async function tab(folder = ''): Promise<Page> {
    const opened = await context.newPage();
    await opened.goto(site.url + folder);
    await opened.waitForFunction(() => navigator.serviceWorker.controller !== null);
    return opened;
  }
  const reloadIn = (within: Page) => within.getByRole('button', { name: 'Reload' });
  /** Takes the newer version, and waits until it is loaded. */
  async function take(within: Page): Promise<void> {
    await Promise.all([within.waitForEvent('load'), reloadIn(within).click()]);
  }

  it('waits until the user takes it, and the older one is forgotten', async () => {
    page = await tab();
    putNewer(site, 'newer');
    await page.reload();
    await reloadIn(page).waitFor();
    expect(await isNewer(page)).to.equal(false);
    await take(page);
    expect(await isNewer(page)).to.equal(true);
    await keptOnly(page, '/:newer');
  });

  it('leaves views and workers to a tab with the older one', async () => {
    page = await tab();
    const other = await tab();
    await chooseFiles(other, dump);
    putNewer(site, 'newer', { isApart: true });
    await page.reload();
    await reloadIn(page).waitFor();
    await take(page);
    for (const id of ['log', 'memory', 'walk', 'convert']) {
      await showView(other, id);
    }
    await chooseFiles(other, dump);
    expect(await verdictIn(other)).to.have.property('confidence', 'certain');
  });

  it('is taken in a second tab too', async () => {
    page = await tab();
    const other = await tab();
    putNewer(site, 'newer');
    await other.reload();
    await reloadIn(other).waitFor();
    await reloadIn(page).waitFor();
    await take(page);
    await take(other);
    expect(await isNewer(other)).to.equal(true);
    await other.reload();
    await keptOnly(page, '/:newer');
  });

  it('opens from a host that redirects /index.html', async () => {
    site.redirects.set('/index.html', '/');
    page = await tab();
    const answer = await page.goto(`${site.url}index.html`);
    expect(answer?.status()).to.equal(200);
  });

  it('is not offered before all of its files are on the server', async () => {
    page = await tab();
    const before = await page.evaluate(() => caches.keys());
    putNewer(site, 'newer', { isHalf: true });
    await page.reload();
    await page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      await registration.update().catch(() => {});
      while (registration.installing !== null) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
    expect(await page.evaluate(() => caches.keys())).to.deep.equal(before);
    expect(await reloadIn(page).count()).to.equal(0);
    putNewer(site, 'newer');
    await page.reload();
    await reloadIn(page).waitFor();
    await take(page);
    expect(await isNewer(page)).to.equal(true);
  });

  it('leaves another copy on the same server alone', async () => {
    putNewer(site, 'next', { at: '/next/' });
    page = await tab('stable/');
    const [stable = ''] = await page.evaluate(() => caches.keys());
    const next = await tab('next/');
    await next.reload();
    await keptOnly(page, stable.replace('vmcorekit:', ''), '/next/:next');
    await site.stop();
    await context.setOffline(true);
    await page.reload();
    await page.locator('vm-drop-zone').waitFor();
    expect(await isNewer(page)).to.equal(false);
  });
});
