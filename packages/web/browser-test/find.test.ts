import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import type { FindView } from '../dist/page/find/find-view.js';
import { chromiumPath, startBrowser } from './support/browser.ts';
import { commandJson } from './support/command.ts';
import { chooseFiles, openPage } from './support/opened-page.ts';
import { type Site, startSite } from './support/site.ts';

const guest = fileURLToPath(
  new URL('../../../.lab/tasks-6.12/kdump-raw-zlib.vmcore', import.meta.url),
);

describe('a search through memory', () => {
  if (chromiumPath === undefined || !existsSync(guest)) {
    it('not tried: no Chromium is here, or the laboratory booted no guest');
    return;
  }
  let site: Site;
  let browser: Browser;
  let page: Page;

  before(async () => {
    site = await startSite();
    browser = await startBrowser();
    page = await openPage(browser, site.url);
    await chooseFiles(page, guest);
    await page.locator('nav a[href="#/find"]').click();
  });
  after(async () => {
    await browser.close();
    await site.stop();
  });

  async function search(kind: string, wanted: string, space: string): Promise<void> {
    await page.locator('vm-find-form [name=kind]').selectOption(kind);
    await page.locator('vm-find-form [name=wanted]').fill(wanted);
    await page.locator('vm-find-form [name=space]').selectOption(space);
    await page.getByRole('button', { name: 'Search' }).click();
  }

  /** The answer as the command gives it, but for the path of the file. */
  async function answer(): Promise<object> {
    await page.locator('vm-find-view h2').waitFor();
    const json = await page.locator('vm-find-view').evaluate((view) => {
      return (view as unknown as FindView).found?.answer.json;
    });
    return { ...json, file: guest };
  }

  it('finds a text in physical memory as the command does', async () => {
    await search('text', 'Linux version', 'physical');
    const json = commandJson('find', '--limit', '100', '--text', 'Linux version', guest);
    expect(await answer()).to.deep.equal(json);
  });

  it('leads from a hit to its bytes', async () => {
    const first = page.locator('vm-hit-table tbody a').first();
    const address = await first.textContent();
    await first.click();
    await page.locator('vm-hex-grid #chosen').waitFor();
    expect(new URL(page.url()).hash).to.equal(`#/memory/physical/${address}`);
    const row = page.locator('vm-hex-grid .row:has([aria-selected]) .text');
    expect(await row.textContent()).to.contain('L');
    await page.locator('nav a[href="#/find"]').click();
    expect(await first.textContent()).to.equal(address);
  });

  it('finds pointers to a symbol in virtual memory as the command does', async () => {
    await search('pointer', 'init_task', 'virtual');
    const options = ['--virtual', '--limit', '100', '--pointer', 'init_task'];
    expect(await answer()).to.deep.equal(commandJson('find', ...options, guest));
  });

  it('refuses what is no number, and says what is wanted', async () => {
    await search('u32', '0x1ffffffff', 'physical');
    const alert = page.locator('vm-find-view [role=alert]');
    expect(await alert.textContent()).to.match(/^a number of 4 bytes: got '8589934591', allowed/);
  });
});
