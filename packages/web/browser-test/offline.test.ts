import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { chromiumPath, startBrowser } from './support/browser.ts';
import { type AppElement, chooseFiles, verdictIn } from './support/opened-page.ts';
import { analyzerModule, givePlugins } from './support/plugin-files.ts';
import { type Site, startSite } from './support/site.ts';

const root = new URL('../../../', import.meta.url);
const dump = fileURLToPath(new URL('fixtures/trixie-kaslr/dump.kdump', root));

describe('the page without a network', () => {
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
    site = await startSite();
    context = await browser.newContext();
    page = await context.newPage();
    await page.goto(site.url);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  });
  afterEach(async () => {
    await context.close();
    await site.stop();
  });

  it('is loaded again, reads a dump and runs plug-ins', async () => {
    await site.stop();
    await context.setOffline(true);
    await page.reload();
    await givePlugins(page, {
      'hello.js': analyzerModule('hello', "yield* []; return { text: [], data: 'hello' };"),
    });
    await chooseFiles(page, dump);
    expect(await verdictIn(page)).to.have.property('confidence', 'certain');
    const answer = await page.evaluate(async () => {
      const { model } = document.querySelector('vm-app') as AppElement;
      return (await model.supervisor.call('analysisJson', { name: 'hello' })).data;
    });
    expect(answer).to.equal('hello');
  });

  it('can be installed, and opens the files that it is started with', async () => {
    const client = await context.newCDPSession(page);
    const { errors } = await client.send('Page.getAppManifest');
    expect(errors).to.deep.equal([]);
    const { installabilityErrors } = await client.send('Page.getInstallabilityErrors');
    // Playwright's contexts are as in private mode, where a browser installs nothing.
    expect(
      installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito'),
    ).to.deep.equal([]);
    await page.addInitScript(() => {
      const handle = { getFile: async () => new File(['no dump'], 'given.vmcore') };
      Reflect.defineProperty(window, 'launchQueue', {
        value: { setConsumer: (take: (launch: object) => void) => take({ files: [handle] }) },
      });
    });
    await page.reload();
    const refusal = page.getByRole('alert');
    await refusal.waitFor();
    expect(await refusal.textContent()).to.contain('given.vmcore');
  });
});
