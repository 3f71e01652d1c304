import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { chromiumPath, startBrowser } from './support/browser.ts';
import { chooseFiles, openPage } from './support/opened-page.ts';
import { startSite } from './support/site.ts';
import { showView } from './support/views.ts';

const root = new URL('../../../', import.meta.url);
const picture = 'docs/images/browser.png';
const dump = fileURLToPath(new URL('fixtures/ovmf-kaslr-vmcoreinfo/dump.kdump', root));
const isWanted = process.env.VMCOREKIT_WRITE_SCREENSHOT === '1';

describe('the picture of the page', () => {
  if (isWanted && chromiumPath !== undefined) {
    it('is written', async () => {
      const site = await startSite();
      const browser = await startBrowser();
      try {
        const page = await openPage(browser, site.url);
        await page.setViewportSize({ width: 1280, height: 800 });
        await page.emulateMedia({ colorScheme: 'light' });
        await chooseFiles(page, dump);
        await showView(page, 'verdict');
        await page.screenshot({ path: fileURLToPath(new URL(picture, root)) });
      } finally {
        await browser.close();
        await site.stop();
      }
    });
  }

  it('is there, and README shows it', () => {
    expect(existsSync(new URL(picture, root))).to.equal(true);
    expect(readFileSync(new URL('README.md', root), 'utf8')).to.include(picture);
  });
});
