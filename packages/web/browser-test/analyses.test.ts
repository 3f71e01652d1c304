import { fileURLToPath } from 'node:url';
import { plugin } from '@vmcorekit/analyzers';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { commandText, exportOf } from './support/analysis.ts';
import { chromiumPath, startBrowser } from './support/browser.ts';
import { guestDump, guestNames } from './support/guests.ts';
import { chooseFiles, openPage } from './support/opened-page.ts';
import { type Site, startSite } from './support/site.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
/** Without a command of their own, or with a name other than the analyzer's. */
const commands: Readonly<Record<string, readonly string[]>> = {
  'kernel-log': ['log'],
  'kernel-description': ['analyze', 'kernel-description'],
  'memory-map': ['analyze', 'memory-map'],
  vmcoreinfo: ['analyze', 'vmcoreinfo'],
};
/** They answer about what the user names. */
const needsWord = ['print', 'struct', 'list', 'whatis', 'dis', 'extract', 'sym'];

const exported = [
  ['ps', 'json'],
  ['ps', 'csv'],
  ['mod', 'csv'],
  ['files', 'jsonl'],
] as const;

describe('the answers of analyzers in a browser', () => {
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

  describe('of a fixture', () => {
    const dump = `${root}fixtures/trixie-kaslr/dump.kdump`;
    before(async () => {
      page = await openPage(browser, site.url);
      await chooseFiles(page, dump);
    });
    after(() => page.close());

    for (const { name } of plugin.analyzers ?? []) {
      if (!needsWord.includes(name)) {
        it(`are the command's for ${name}`, async () => {
          const command = commands[name] ?? [name];
          const printed = commandText(['--json', ...command], dump);
          expect(await exportOf(page, name, 'json')).to.equal(printed);
        });
      }
    }
  });

  for (const guest of guestNames) {
    const dump = guestDump(guest, 'kdump-raw-zlib.vmcore');
    describe(`of the guest ${guest}`, () => {
      if (dump === undefined) {
        it('not tried: the guest was not booted here');
        return;
      }
      before(async () => {
        page = await openPage(browser, site.url);
        await chooseFiles(page, dump);
      });
      after(() => page.close());

      for (const [name, form] of exported) {
        it(`are those of ${name} --${form}`, async () => {
          const printed = commandText([`--${form}`, name], dump);
          expect(await exportOf(page, name, form)).to.equal(printed);
        });
      }
      it('are those of bt --all --json', async () => {
        const printed = commandText(['--json', 'bt', '--all'], dump);
        expect(await exportOf(page, 'bt', 'json', { all: true })).to.equal(printed);
      });
    });
  }
});
