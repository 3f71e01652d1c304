import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, startBrowser } from './support/browser.ts';
import { commandJson } from './support/command.ts';
import { callIn, chooseFiles, openPage } from './support/opened-page.ts';
import { type Site, startSite } from './support/site.ts';

const fixtures = fileURLToPath(new URL('../../../fixtures', import.meta.url));
const dumps = ['backports-kaslr', 'arm64-6.12', 'firmware-ovmf'];

describe('machine and file in a browser', () => {
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
    page = await openPage(browser, site.url);
  });
  after(async () => {
    await browser.close();
    await site.stop();
  });

  for (const name of dumps) {
    const dump = `${fixtures}/${name}/dump.kdump`;

    it(`are what describe and info answer for ${name}`, async () => {
      await page.goto(site.url);
      await page.reload();
      await chooseFiles(page, dump);
      const described = await callIn(page, 'describe');
      const expected = commandJson('describe', dump);
      expect(described.json).to.deep.equal({ ...expected, file: basename(dump), provenance: null });
      const about = await callIn(page, 'info');
      const file = commandJson('info', '--pages', dump);
      expect(about.json).to.deep.equal({ ...file, file: basename(dump) });
    });
  }

  it('say in the view what is proved and what is not', async () => {
    await page.goto(`${site.url}#/machine`);
    await page.getByRole('region', { name: 'Not proved' }).waitFor();
    await page
      .getByText(/no kernel/)
      .first()
      .waitFor();
  });

  it('show the registers of each CPU', async () => {
    await page.goto(`${site.url}#/cpus`);
    const { cpus } = commandJson('info', `${fixtures}/firmware-ovmf/dump.kdump`) as {
      cpus: { registers: Record<string, string> }[];
    };
    await page
      .getByText(cpus[0]?.registers.rip ?? 'no rip')
      .first()
      .waitFor();
    expect(await page.getByRole('heading', { name: /^CPU \d/ }).count()).to.equal(cpus.length);
  });
});
