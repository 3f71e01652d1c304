import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { commandText } from './support/analysis.ts';
import { chromiumPath, startBrowser } from './support/browser.ts';
import { axeFindings } from './support/findings.ts';
import { chooseFiles, openPage } from './support/opened-page.ts';
import { type Site, startSite } from './support/site.ts';

const dump = fileURLToPath(
  new URL('../../../.lab/panic-sysrq-6.12/kdump-raw-zlib.vmcore', import.meta.url),
);
const narrow = { width: 320, height: 720 };
/** One of each kind: axe takes seconds for a page. */
const views = ['crash', 'log', 'stacks', 'modules', 'net', 'kmem', 'analyzers'];

describe('the tables of the page', () => {
  if (chromiumPath === undefined || !existsSync(dump)) {
    it('not tried: no Chromium is here, or the guest panic-sysrq-6.12 was not booted');
    return;
  }
  let site: Site;
  let browser: Browser;
  let page: Page;

  before(async () => {
    site = await startSite();
    browser = await startBrowser();
    page = await openPage(browser, site.url);
    await chooseFiles(page, dump);
  });
  after(async () => {
    await browser.close();
    await site.stop();
  });

  const show = async (view: string): Promise<void> => {
    await page.goto(`${site.url}#/${view}`);
    await page
      .locator(view === 'analyzers' ? 'vm-any-analyzer-view' : 'vm-export-bar')
      .first()
      .waitFor({
        state: view === 'analyzers' ? 'attached' : 'visible',
      });
  };
  const firstPid = (): Promise<string | null> =>
    page.locator('[role=row][aria-rowindex="2"] [role=gridcell]').nth(1).textContent();

  describe('of tasks', () => {
    before(async () => {
      await show('tasks');
      await page.locator('vm-table').waitFor();
    });

    it('keep the rows that a filter asks for, and say how many', async () => {
      await page.getByLabel('Filter rows').fill('comm:kworker');
      const rows = commandText(['--csv', 'ps'], dump).split('\r\n');
      const wanted = rows.filter((row) => row.includes('kworker')).length;
      await page.getByText(new RegExp(`^${wanted} of \\d+ rows$`)).waitFor();
      await page.getByLabel('Filter rows').fill('');
    });

    it('are sorted by a head with the keyboard: down at the second time', async () => {
      const head = page.getByRole('columnheader', { name: 'PID', exact: true });
      await head.getByRole('button').focus();
      await page.keyboard.press('Enter');
      await page.keyboard.press('Enter');
      expect(await head.getAttribute('aria-sort')).to.equal('descending');
      const pids = commandText(['--jsonl', 'ps'], dump)
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { pid: number }).pid);
      expect(await firstPid()).to.equal(String(Math.max(...pids)));
      await page.keyboard.press('Enter');
      expect(await firstPid()).to.equal('0');
    });

    it('save the rows that are shown, as the command prints them', async () => {
      await page.getByLabel('Filter rows').fill('ksoftirqd');
      await page.getByText(/ of \d+ rows$/).waitFor();
      const saved = page.waitForEvent('download');
      await page.getByRole('button', { name: 'Save' }).click();
      const stream = await (await saved).createReadStream();
      const chunks: Buffer[] = [];
      for await (const chunk of stream) {
        chunks.push(chunk as Buffer);
      }
      const printed = commandText(['--csv', 'ps'], dump).split('\r\n');
      const wanted = printed.filter((row, index) => index === 0 || row.includes('ksoftirqd'));
      expect(Buffer.concat(chunks).toString()).to.equal([...wanted, ''].join('\r\n'));
      await page.getByLabel('Filter rows').fill('');
    });

    it('open the details of a task with the keyboard', async () => {
      await page.locator('[role=grid]').first().focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      const details = page.locator('vm-task-details');
      await details.getByRole('heading', { name: '1 init' }).waitFor();
      const stack = commandText(['bt'], dump, '1').trimEnd();
      expect((await details.locator('pre').textContent())?.trimEnd()).to.equal(stack);
      expect(await axeFindings(page)).to.deep.equal([]);
      await details.getByRole('button', { name: 'Close' }).click();
    });
  });

  describe('of stacks', () => {
    it('name the CPU that panicked, and find a function', async () => {
      await show('stacks');
      await page.getByText('panicked', { exact: true }).waitFor();
      await page
        .getByText('67 of 67')
        .or(page.getByText(/of \d\d/))
        .first()
        .waitFor();
      await page.getByLabel('Filter stacks').fill('sysrq_handle_crash');
      await page.locator('.found').first().waitFor();
      const shown = await page.locator('vm-stack-block').count();
      expect(shown).to.equal(2);
    });
  });

  for (const view of views) {
    it(`of ${view} are fit for all who read them, on a narrow page too`, async () => {
      await show(view);
      expect(await axeFindings(page)).to.deep.equal([]);
      const { width, height } = page.viewportSize() ?? narrow;
      await page.setViewportSize(narrow);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).to.equal(0);
      await page.setViewportSize({ width, height });
    });
  }
});
