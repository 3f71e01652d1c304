import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, startBrowser } from './support/browser.ts';
import { commandJson } from './support/command.ts';
import { chooseFiles, openPage, verdictIn } from './support/opened-page.ts';
import { type Site, startSite } from './support/site.ts';

const fixtures = fileURLToPath(new URL('../../../fixtures', import.meta.url));

/** Every dump among the fixtures. */
function dumps(): string[] {
  return readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(?:kdump|vmcore)$/.test(path) || /^images\/[^/]+\/dump/.test(path))
    .sort()
    .map((path) => join(fixtures, path));
}

describe('the verdict in a browser', () => {
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
  });
  after(async () => {
    await browser.close();
    await site.stop();
  });
  beforeEach(async () => {
    page = await openPage(browser, site.url);
  });
  afterEach(() => page.close());

  for (const dump of dumps()) {
    it(`is the command's for ${dump.slice(fixtures.length + 1)}`, async () => {
      await chooseFiles(page, dump);
      expect(comparable(await verdictIn(page))).to.deep.equal(
        comparable({ ...commandJson('probe', dump), file: basename(dump) }),
      );
    });
  }
});

/** Without what depends on the speed of the machine and on the blocks that are read. */
function comparable(answer: Record<string, unknown>) {
  return { ...answer, statistics: null };
}
