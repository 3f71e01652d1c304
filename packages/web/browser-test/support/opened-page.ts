import type { Browser, Page } from 'playwright-core';
import type { DumpModel } from '../../dist/page/model/dump-model.js';

export type AppElement = HTMLElement & { readonly model: DumpModel };

/**
 * Opens the page, without its offline copy. `prepare` is called with it while it is still empty.
 */
export async function openPage(
  browser: Pick<Browser, 'newPage'>,
  url: string,
  prepare?: (page: Page) => Promise<void>,
): Promise<Page> {
  const page = await browser.newPage({ serviceWorkers: 'block' });
  await prepare?.(page);
  await page.goto(url);
  await page.locator('vm-drop-zone').waitFor();
  return page;
}

/** Gives the page files as a user does, and waits for the verdict or the refusal. */
export async function chooseFiles(page: Page, files: string | string[]): Promise<void> {
  const inputs = page.locator('vm-header input[type=file], vm-drop-zone input[type=file]');
  await inputs.first().setInputFiles(files);
  await page.waitForFunction(phaseIn, 'ready or failed');
}

/** Whether the page has come to a phase. Runs in the page. */
export function phaseIn(wanted: string): boolean {
  const app = document.querySelector('vm-app') as AppElement | null;
  return wanted.split(' or ').includes(app?.model.phase ?? '');
}

/** The answer of the search, as `probe --json` gives it. */
export async function verdictIn(page: Page): Promise<Record<string, unknown>> {
  return await page.evaluate(() => {
    const app = document.querySelector('vm-app') as AppElement | null;
    return { ...app?.model.located?.json };
  });
}

/** Why the page refused the files; null if it opened them. */
export async function refusalIn(
  page: Page,
): Promise<{ readonly code: string; readonly message: string } | null> {
  return await page.evaluate(() => {
    const app = document.querySelector('vm-app') as AppElement | null;
    const failure = app?.model.failure ?? null;
    return failure === null ? null : { code: failure.code, message: failure.message };
  });
}

/** What the worker answers to a call without arguments. */
export async function callIn(
  page: Page,
  name: 'describe' | 'info',
): Promise<{ readonly text: string; readonly json: object }> {
  return await page.evaluate(async (call) => {
    const app = document.querySelector('vm-app') as AppElement;
    const { text, json } = await app.model.supervisor.call(call, {});
    return { text, json: { ...json } };
  }, name);
}
