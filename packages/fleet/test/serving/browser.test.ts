import { existsSync } from 'node:fs';
import axe from 'axe-core';
import { expect } from 'chai';
import { type Browser, chromium, type Page } from 'playwright-core';
import { isNodeNewEnough, title } from '../support/node-version.ts';
import { type ServedFleet, serveRows } from '../support/served-fleet.ts';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath =
  process.env.VMCOREKIT_CHROMIUM ?? places.find((path) => existsSync(path)) ?? null;

const paths = ['/', '/new', '/results?release=6*', '/results/1', '/results/65', '/queue', '/no'];

describe(`${title}: pages in a browser`, () => {
  let served: ServedFleet | undefined;
  let browser: Browser | undefined;

  before(async function () {
    if (!isNodeNewEnough || executablePath === null) {
      this.skip();
    }
    served = await serveRows();
    browser = await chromium.launch({
      executablePath,
      args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
      timeout: 600_000,
    });
  });

  after(async () => {
    await browser?.close();
    await served?.stop();
  });

  async function withPage(work: (page: Page, urlOf: (path: string) => string) => Promise<void>) {
    const page = await browser?.newPage({ bypassCSP: false });
    if (page === undefined || served === undefined) {
      throw new Error('nothing was started');
    }
    page.setDefaultTimeout(600_000);
    const { url } = served;
    await work(page, (path) => new URL(path, url).href);
    await page.close();
  }

  for (const [width, colorScheme, rules] of [
    [320, 'light', 'all'],
    [320, 'dark', 'color-contrast'],
    [1280, 'dark', 'all'],
    [1280, 'light', 'color-contrast'],
  ] as const) {
    it(`fit a window of ${width}, ${colorScheme}; axe (${rules}) finds nothing`, async () => {
      await withPage(async (page, urlOf) => {
        const options = {
          resultTypes: ['violations'],
          ...(rules === 'all' ? {} : { runOnly: [rules] }),
        };
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 800 });
        for (const path of paths) {
          await page.goto(urlOf(path));
          await page.evaluate(axe.source);
          const found = await page.evaluate(`axe.run(${JSON.stringify(options)}).then(
            ({ violations }) => violations.flatMap(({ id, nodes }) =>
              nodes.map(({ target }) => id + ': ' + target.join(' '))))`);
          expect(found, path).to.deep.equal([]);
          const overflow = await page.evaluate(
            'document.documentElement.scrollWidth - document.documentElement.clientWidth',
          );
          expect(overflow, `${path}: pixels too wide`).to.equal(0);
        }
      });
    });
  }

  it('ask nothing of other servers, and break no rule of their policy', async () => {
    await withPage(async (page, urlOf) => {
      const asked: string[] = [];
      const complaints: string[] = [];
      page.on('request', (request) => asked.push(new URL(request.url()).origin));
      page.on('console', (message) => complaints.push(message.text()));
      page.on('dialog', (dialog) => complaints.push(dialog.message()));
      for (const path of paths.filter((each) => each !== '/no')) {
        await page.goto(urlOf(path));
      }
      expect(new Set(asked)).to.deep.equal(new Set([new URL(urlOf('/')).origin]));
      expect(complaints.filter((text) => !text.includes('404'))).to.deep.equal([]);
    });
  });

  it('lead by keyboard from the crashes to a report', async () => {
    await withPage(async (page, urlOf) => {
      await page.goto(urlOf('/'));
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      expect(await page.evaluate('document.activeElement.id')).to.equal('main');
      await page.locator('tbody a').first().focus();
      await page.keyboard.press('Enter');
      await page.waitForURL('**/results?signature=v1-old');
      await page.locator('tbody a').first().focus();
      await page.keyboard.press('Enter');
      await page.waitForURL('**/results/*');
      expect(await page.locator('h2').first().textContent()).to.equal('Verdict');
    });
  });

  it('choose results by their form, without scripts', async () => {
    await withPage(async (page, urlOf) => {
      await page.goto(urlOf('/results'));
      await page.locator('summary').click();
      await page.locator('select[name=outcome]').selectOption('crashed');
      await page.locator('button').click();
      await page.waitForURL('**/results?*outcome=crashed*');
      expect(await page.locator('tbody tr').count()).to.equal(1);
    });
  });
});
