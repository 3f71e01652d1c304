import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, startBrowser } from './support/browser.ts';
import { commandJson } from './support/command.ts';
import { chooseFiles, openPage, verdictIn } from './support/opened-page.ts';
import { type Site, startSite } from './support/site.ts';

const dump = fileURLToPath(new URL('../../../.lab/five-gigabytes/elf.vmcore', import.meta.url));

describe('a dump of 5 GB in the page', () => {
  if (chromiumPath === undefined || !existsSync(dump)) {
    it(`not tried: no ${chromiumPath === undefined ? 'Chromium' : basename(dump)} is here`);
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

  it('has the command’s verdict after few reads; time and memory are shown', async () => {
    const before = await rendererMemory(browser);
    const started = performance.now();
    await chooseFiles(page, dump);
    const inPage = performance.now() - started;
    const grown = (await rendererMemory(browser)) - before;
    const startedCommand = performance.now();
    const wanted = commandJson('probe', dump);
    const inCommand = performance.now() - startedCommand;
    console.log(
      `      page ${Math.round(inPage)} ms, command ${Math.round(inCommand)} ms, ` +
        `${(inPage / inCommand).toFixed(2)} times; renderer grew by ${Math.round(grown / 1e6)} MB`,
    );
    const { confidence, kernel, statistics } = await verdictIn(page);
    expect({ confidence, kernel }).to.deep.equal({
      confidence: wanted.confidence,
      kernel: wanted.kernel,
    });
    const { bytesRead } = statistics as { bytesRead: number };
    expect(bytesRead).to.be.below(64 * 1024 * 1024);
  });
});

/** The resident memory of all renderers, in bytes; the worker lives in one of them. */
async function rendererMemory(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => readFileSync(`/proc/${id}/status`, 'utf8'))
    .map((status) => Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024)
    .reduce((sum, each) => sum + each, 0);
}
