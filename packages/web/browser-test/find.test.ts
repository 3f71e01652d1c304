import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, startBrowser } from './support/browser.ts';
import { commandJson } from './support/command.ts';
import { axeFindings } from './support/findings.ts';
import { type AppElement, chooseFiles, openPage } from './support/opened-page.ts';
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
    const json = await page.evaluate(
      () => (document.querySelector('vm-app') as AppElement).model.search.answer?.json,
    );
    return { ...json, file: guest };
  }

  it('finds a text in physical memory as the command does', async () => {
    await search('text', 'Linux version', 'physical');
    const json = commandJson('find', '--limit', '100', '--text', 'Linux version', guest);
    expect(await answer()).to.deep.equal(json);
  });

  it('shows hits in which axe finds nothing', async () => {
    await page.locator('vm-hit-table tbody a').first().waitFor();
    expect(await axeFindings(page)).to.deep.equal([]);
  });

  it('leads from a hit to its bytes', async () => {
    const first = page.locator('vm-hit-table tbody a').first();
    const address = await first.textContent();
    await first.click();
    await page.locator('vm-hex-grid #chosen').waitFor();
    expect(new URL(page.url()).hash).to.equal(`#/memory/physical/${address}`);
    // The bytes come a moment after the row.
    const row = page.locator('vm-hex-grid .row:has([aria-selected]) .text');
    await row.filter({ hasText: 'L' }).waitFor();
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

  it('searches between two addresses, also unaligned, as the command does', async () => {
    await page.locator('vm-find-form [name=from]').fill('_sdata');
    await page.locator('vm-find-form [name=to]').fill('_edata');
    await page.locator('vm-find-form [name=kind]').selectOption('u16');
    await page.locator('vm-find-form [name=isUnaligned]').check();
    await search('u16', '0xffff', 'virtual');
    const bounds = ['--from', '_sdata', '--to', '_edata', '--unaligned'];
    const options = ['--virtual', '--limit', '100', '--u16', '0xffff', ...bounds];
    expect(await answer()).to.deep.equal(commandJson('find', ...options, guest));
  });

  it('leaves the hex view alive while it runs, and ends where it is stopped', async () => {
    await page.locator('vm-find-form [name=from]').fill('');
    await page.locator('vm-find-form [name=to]').fill('');
    await search('text', 'is nowhere in this memory', 'physical');
    await page.getByRole('button', { name: 'Stop' }).waitFor();
    const isRunning = () =>
      page.evaluate(() => (document.querySelector('vm-app') as AppElement).model.search.isRunning);
    const read = await page.evaluate(async () => {
      const { model } = document.querySelector('vm-app') as AppElement;
      const request = { space: 'physical', address: 0x100000n, lengthInBytes: 4096 } as const;
      const { stretches } = await model.supervisor.call('read', request);
      return { count: stretches.length, stillRuns: model.search.isRunning };
    });
    expect(read.count).to.be.greaterThan(0);
    expect(read.stillRuns).to.equal(true);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('The search was stopped.').waitFor();
    expect(await isRunning()).to.equal(false);
  });
});
