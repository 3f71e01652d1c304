import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import type { Site } from './site.ts';

/** The text of a built file. */
export function built(name: string): string {
  return readFileSync(new URL(`../../site/${name}`, import.meta.url), 'utf8');
}

/**
 * Puts another version of the page on a site, whose style has `--newer`. `isHalf` leaves the
 * files as they were: only the service worker is there. `isApart` takes all chunks away.
 */
export function putNewer(
  site: Site,
  version: string,
  { at = '/', isHalf = false, isApart = false } = {},
): void {
  const index = built('index.html').replace(/(?<=\?)\w{16}(?=")/g, version);
  const style = `${built('page.css')}\n:root { --newer: 1; }`;
  const worker = built('service-worker.js');
  const [list = ''] = /(?<=files:)\{[^}]*\}/.exec(worker) ?? [];
  const files = { ...JSON.parse(list), '': integrityOf(index), 'page.css': integrityOf(style) };
  for (const name of isApart ? Object.keys(files) : []) {
    if (name.startsWith('chunks/')) {
      site.changed.set(at + name, null);
      delete files[name];
    }
  }
  site.changed.set(
    `${at}service-worker.js`,
    worker.replace(list, JSON.stringify(files)).replace(/version:"\w+"/, `version:"${version}"`),
  );
  if (!isHalf) {
    site.changed.set(at, index);
    site.changed.set(`${at}index.html`, index);
    site.changed.set(`${at}page.css`, style);
  }
}

/** Whether a page has the style of another version. */
export async function isNewer(page: Page): Promise<boolean> {
  return await page.evaluate(
    () => getComputedStyle(document.documentElement).getPropertyValue('--newer') !== '',
  );
}

/** Waits until the browser keeps nothing but these versions, by folder and name. */
export async function keptOnly(page: Page, ...names: readonly string[]): Promise<void> {
  const wanted = names.map((name) => `vmcorekit:${name}`);
  await page.waitForFunction(
    async (all) => JSON.stringify((await caches.keys()).sort()) === JSON.stringify(all),
    wanted.sort(),
  );
}

function integrityOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
