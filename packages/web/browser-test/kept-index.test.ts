import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { chromiumPath, startBrowser } from './support/browser.ts';
import { commandJson } from './support/command.ts';
import { writeFlattened } from './support/flattened-file.ts';
import { type AppElement, chooseFiles, verdictIn } from './support/opened-page.ts';
import { type Site, startSite } from './support/site.ts';

const fixture = new URL('../../../fixtures/trixie-kaslr/dump.kdump', import.meta.url);
/** Of files smaller than 16 MiB no index is kept. */
const sizeInBytes = 64 * 1024 * 1024;

describe('a flattened file in a browser', () => {
  if (chromiumPath === undefined) {
    it('not tried: no Chromium is here');
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-flattened-'));
  const file = join(folder, 'dump.flat');
  let site: Site;
  let browser: Browser;
  let context: BrowserContext;

  before(async () => {
    writeFlattened(file, readFileSync(fixture), sizeInBytes);
    site = await startSite();
    browser = await startBrowser();
  });
  after(async () => {
    await browser.close();
    await site.stop();
    rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    context = await browser.newContext({ serviceWorkers: 'block' });
  });
  afterEach(() => context.close());

  const openPage = async (): Promise<Page> => {
    const page = await context.newPage();
    await page.goto(site.url);
    return page;
  };
  /** How much of the file was read until the verdict. */
  const bytesReadIn = async (page: Page): Promise<number> => {
    const verdict = await verdictIn(page);
    expect(verdict).to.deep.include({ confidence: 'certain', container: 'flattened' });
    return (verdict.statistics as { bytesRead: number }).bytesRead;
  };

  it('is read by the index that the user gives with it', async () => {
    const index = `${file}.vmcorekit-index`;
    commandJson('index', file);
    const page = await openPage();
    await chooseFiles(page, [file, index]);
    expect(await bytesReadIn(page)).to.be.lessThan(sizeInBytes / 2);
    expect((await verdictIn(page)).filesBeside).to.deep.equal(['dump.flat.vmcorekit-index']);
    rmSync(index);
  });

  it('is indexed once, also for another tab', async () => {
    const first = await openPage();
    await chooseFiles(first, file);
    const whole = await bytesReadIn(first);
    await first.close();
    const second = await openPage();
    await chooseFiles(second, file);
    expect(await bytesReadIn(second)).to.be.lessThan(whole / 4);
  });

  it('is not indexed again when the worker was replaced', async () => {
    const page = await openPage();
    await chooseFiles(page, file);
    const whole = await bytesReadIn(page);
    const again = await page.evaluate(async () => {
      const { supervisor } = (document.querySelector('vm-app') as AppElement).model;
      supervisor.restartWith({});
      const { json } = await supervisor.call('locate', {});
      return (json.statistics as { bytesRead: number }).bytesRead;
    });
    expect(again).to.be.lessThan(whole / 4);
  });

  it('is read in private mode, where nothing can be kept', async () => {
    await context.addInitScript(() => {
      Reflect.defineProperty(window, 'indexedDB', { value: undefined });
      Reflect.defineProperty(navigator, 'storage', { value: undefined });
      Reflect.defineProperty(navigator, 'serviceWorker', { value: undefined });
      Reflect.defineProperty(window, 'localStorage', {
        get: () => {
          throw new DOMException('denied', 'SecurityError');
        },
      });
    });
    // A script of the context does not run in workers.
    await context.route('**/worker.js*', async (route) => {
      const response = await route.fetch();
      const body = `Reflect.defineProperty(globalThis, 'indexedDB', {
        get() { throw new DOMException('denied', 'SecurityError'); } });\n`;
      await route.fulfill({ response, body: body + (await response.text()) });
    });
    const page = await openPage();
    await chooseFiles(page, file);
    await bytesReadIn(page);
  });
});
