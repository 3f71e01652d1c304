import { expect } from 'chai';
import { chromiumPath, startBrowser } from './support/browser.ts';

describe('the page opened as a file', () => {
  if (chromiumPath === undefined) {
    it('not tried: no Chromium is here');
    return;
  }

  it('says that it needs a server', async () => {
    const browser = await startBrowser();
    const page = await browser.newPage();
    await page.goto(new URL('../site/index.html', import.meta.url).href);
    const words = page.locator('.not-started');
    await words.waitFor();
    expect(await words.innerText()).to.contain('needs a server');
    await browser.close();
  });
});
