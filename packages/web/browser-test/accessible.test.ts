import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, startBrowser } from './support/browser.ts';
import { chooseFiles, openPage } from './support/opened-page.ts';
import { type Site, startSite } from './support/site.ts';
import { showView, viewsIn } from './support/views.ts';

const root = new URL('../../../', import.meta.url);
const fixture = fileURLToPath(new URL('fixtures/raw-hole/dump.kdump', root));
/** A whole dump, whose views are full of tasks, stacks and registers. */
const guest = fileURLToPath(new URL('.lab/panic-sysrq-6.12/elf.vmcore', root));
/**
 * Colours depend on the scheme and layout on the width: two runs try all rules, the others only
 * contrast, or only whether anything is too wide.
 */
const runs = [
  { width: 320, colorScheme: 'light', rules: 'all' },
  { width: 1280, colorScheme: 'dark', rules: 'all' },
  { width: 320, colorScheme: 'dark', rules: 'color-contrast' },
  { width: 1280, colorScheme: 'light', rules: 'color-contrast' },
  { width: 3840, colorScheme: 'light', rules: 'none' },
] as const;

/** What axe finds, each with the rule, the element and the reason. */
async function findingsIn(page: Page, rules: (typeof runs)[number]['rules']): Promise<string[]> {
  return await page.evaluate(async (only) => {
    if (only === 'none') {
      return [];
    }
    const { axe: run } = globalThis as unknown as { axe: typeof axe };
    const { violations } = await run.run({
      resultTypes: ['violations'],
      ...(only === 'all' ? {} : { runOnly: [only] }),
    });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`),
    );
  }, rules);
}

/** By how many pixels the page is wider than its window. */
async function overflowIn(page: Page): Promise<number> {
  return await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const main = document.querySelector('vm-app')?.shadowRoot?.querySelector('main');
    const inMain = main == null ? 0 : main.scrollWidth - main.clientWidth;
    return Math.max(scrollWidth - clientWidth, inMain);
  });
}

describe('every view of the page', () => {
  if (chromiumPath === undefined) {
    it('not tried: no Chromium is here');
    return;
  }
  let site: Site;
  let browser: Browser;

  before(async () => {
    site = await startSite();
    browser = await startBrowser();
  });
  after(async () => {
    await browser.close();
    await site.stop();
  });

  /** What axe finds in any view of a dump, and which views are wider than the window. */
  async function findingsOf(
    dump: string,
    { width, colorScheme, rules }: (typeof runs)[number],
  ): Promise<string[]> {
    const page = await openPage(browser, site.url);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 800 });
    await page.evaluate(axe.source);
    const findings = await findingsIn(page, rules);
    await chooseFiles(page, dump);
    for (const id of await viewsIn(page)) {
      await showView(page, id);
      const found = await findingsIn(page, rules);
      const overflow = await overflowIn(page);
      findings.push(
        ...found.map((finding) => `${id}: ${finding}`),
        ...(overflow > 0 ? [`${id}: ${overflow} pixels too wide`] : []),
      );
    }
    await page.close();
    return findings;
  }

  for (const run of runs) {
    const { width, colorScheme, rules } = run;
    it(`fits a window of ${width}, ${colorScheme}; axe (${rules}) finds nothing`, async () => {
      expect(await findingsOf(fixture, run)).to.deep.equal([]);
    });
  }

  it('fits a window of 320 with all tasks of a guest; axe finds nothing', async function () {
    if (!existsSync(guest)) {
      console.log('        not tried: the laboratory has not booted panic-sysrq-6.12');
      this.skip();
    }
    expect(await findingsOf(guest, runs[0])).to.deep.equal([]);
  });
});
