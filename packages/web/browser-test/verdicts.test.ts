import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, startBrowser } from './support/browser.ts';
import { commandJson } from './support/command.ts';
import { guestDump, guestNames } from './support/guests.ts';
import { chooseFiles, openPage, verdictIn } from './support/opened-page.ts';
import { type Site, startSite } from './support/site.ts';

const fixtures = fileURLToPath(new URL('../../../fixtures', import.meta.url));

/** Every dump among the fixtures. */
function dumps(): string[] {
  return readdirSync(fixtures, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(?:kdump|vmcore)$/.test(path) || /^images\/[^/]+\/image/.test(path))
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

  const compare = async (dump: string): Promise<void> => {
    await chooseFiles(page, dump);
    expect(comparable(await verdictIn(page))).to.deep.equal(
      comparable({ ...commandJson('probe', dump), file: basename(dump) }),
    );
  };
  for (const dump of dumps()) {
    it(`is the command's for ${dump.slice(fixtures.length + 1)}`, () => compare(dump));
  }
  for (const guest of guestNames) {
    for (const file of ['elf.vmcore', 'kdump-zlib.vmcore']) {
      const dump = guestDump(guest, file);
      if (dump === undefined) {
        it(`of ${file} of the guest ${guest}: not tried, because it was not booted here`);
      } else {
        it(`is the command's for ${file} of the guest ${guest}`, () => compare(dump));
      }
    }
  }
});

/** Without what depends on the speed of the machine and on the blocks that are read. */
function comparable(answer: Record<string, unknown>) {
  return { ...answer, statistics: null };
}
