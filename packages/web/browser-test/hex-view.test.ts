import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildElf, qemuElf } from '@vmcorekit/testing';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, startBrowser } from './support/browser.ts';
import { commandJson } from './support/command.ts';
import { goTo, placeIn, rowsIn, settled } from './support/hex-grid.ts';
import { chooseFiles, openPage } from './support/opened-page.ts';
import { type Site, startSite } from './support/site.ts';

const guest = fileURLToPath(
  new URL('../../../.lab/tasks-6.12/kdump-raw-zlib.vmcore', import.meta.url),
);
const tebibyte = 2 ** 40;
const pattern = (seed: number) =>
  Uint8Array.from({ length: 0x10000 }, (_, index) => (index * 7 + (index >> 8) + seed) & 0xff);

describe('the hex view', () => {
  if (chromiumPath === undefined) {
    it('not tried: no Chromium is here');
    return;
  }
  let site: Site;
  let browser: Browser;
  let page: Page;
  let folder: string;
  let sparse: string;

  before(async () => {
    site = await startSite();
    browser = await startBrowser();
    folder = mkdtempSync(join(tmpdir(), 'vmcorekit-hex-'));
    sparse = join(folder, 'sparse.elf');
    const segments = [
      { p_type: 1, data: pattern(1) },
      { p_type: 1, p_paddr: 3 * tebibyte, data: pattern(2) },
    ];
    writeFileSync(sparse, buildElf(qemuElf(segments)).bytes);
  });
  after(async () => {
    await browser.close();
    await site.stop();
    rmSync(folder, { recursive: true });
  });
  afterEach(() => page.close());

  async function open(dump: string): Promise<void> {
    page = await openPage(browser, site.url);
    await chooseFiles(page, dump);
    await page.locator('nav a[href="#/memory"]').click();
    await settled(page);
  }

  /** What the command reads of the rows on the screen, and what they show. */
  async function bothRead(dump: string, space: 'physical' | 'virtual') {
    const rows = await rowsIn(page);
    const [[start] = [0n]] = rows;
    const length = `${16 * rows.size}`;
    const json = commandJson(
      'read',
      `--${space}`,
      '--zero-fill',
      dump,
      `0x${start.toString(16)}`,
      length,
    );
    const read = (json.segments as { bytes: string }[]).map(({ bytes }) => bytes).join('');
    return { read, shown: [...rows.values()].map(({ digits }) => digits).join('') };
  }

  it('shows the bytes of a dump of 3 TiB as the command reads them', async () => {
    await open(sparse);
    const first = await bothRead(sparse, 'physical');
    expect(first.shown).to.equal(first.read);
    await goTo(page, '0x3000000ff00');
    const beyond = await bothRead(sparse, 'physical');
    expect(beyond.shown).to.equal(beyond.read);
  });

  it('says what memory it does not have, and where the next is', async () => {
    await open(sparse);
    await goTo(page, '0x15000000000');
    const rows = await rowsIn(page);
    expect(rows.get(0x15000000000n)?.kind).to.equal('absent');
    await page.getByRole('button', { name: 'Next stored' }).click();
    await page.waitForFunction(() => location.hash === '#/memory/physical/0x30000000000');
    await page.getByRole('button', { name: 'Previous stored' }).click();
    await page.waitForFunction(() => location.hash === '#/memory/physical/0xffff');
  });

  it('goes everywhere by keys alone', async () => {
    await open(sparse);
    await page.locator('vm-hex-grid .grid').focus();
    for (const [key, place] of [
      ['ArrowRight', 'physical/0x1'],
      ['ArrowDown', 'physical/0x11'],
      ['End', 'physical/0x1f'],
      ['Control+End', 'physical/0x3000000ffff'],
      ['Home', 'physical/0x3000000fff0'],
      ['Control+Home', 'physical/0x0'],
    ] as const) {
      await page.keyboard.press(key);
      await page.waitForFunction((hash) => location.hash === hash, `#/memory/${place}`);
    }
  });

  it('goes back to where the user was, and forward again', async () => {
    await open(sparse);
    await goTo(page, '0x1234');
    await page.getByRole('button', { name: 'Back' }).click();
    await page.waitForFunction(() => location.hash === '#/memory/physical/0x0');
    await page.getByRole('button', { name: 'Forward' }).click();
    await page.waitForFunction(() => location.hash === '#/memory/physical/0x1234');
  });

  it('shows beside the scroll bar where memory is, and goes there by keys', async () => {
    await open(sparse);
    const strip = page.locator('vm-scroll-strip [role=slider]');
    await page.waitForFunction(() => {
      const view = document.querySelector('vm-app')?.shadowRoot?.querySelector('vm-memory-view');
      return (view as { overview?: object[] } | null | undefined)?.overview?.length === 512;
    });
    await strip.focus();
    await page.keyboard.press('End');
    await page.locator('vm-scroll-strip [aria-valuenow="100"]').waitFor();
    expect(await strip.getAttribute('aria-valuetext')).to.equal('100 %, stored');
    await page.keyboard.press('PageUp');
    await page.locator('vm-scroll-strip [aria-valuenow="94"]').waitFor();
    expect(await strip.getAttribute('aria-valuetext')).to.match(/^94 %, no memory/);
  });

  it("refuses a place in the command's words", async () => {
    await open(sparse);
    await page.locator('vm-memory-bar input').fill('0x1g');
    await page.locator('vm-memory-bar button.primary').click();
    const refusal = await page.locator('vm-memory-bar [role=alert]').textContent();
    expect(refusal).to.match(/^the address: got '0x1g', allowed/);
    expect(placeIn(page)).to.equal('physical/0x0');
  });

  if (!existsSync(guest)) {
    it('of a guest: not tried, because the laboratory did not boot one');
    return;
  }

  it("shows a guest's memory at a symbol as the command reads it", async () => {
    await open(guest);
    await goTo(page, 'linux_banner');
    const banner = await bothRead(guest, 'virtual');
    expect(banner.shown).to.equal(banner.read);
    const row = page.locator('vm-hex-grid .row:has([aria-selected]) .text');
    expect(await row.textContent()).to.match(/^Linux version/);
    await page.locator('vm-byte-panel').getByText('linux_banner+0x0').waitFor();
  });
});
