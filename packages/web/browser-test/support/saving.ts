import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

/**
 * How the page saves: by Chromium's dialog, by a download from the disk, or by one from memory. In
 * place of the dialog, which no test can click, a file of the browser's own folder is chosen.
 */
export type Saving = 'dialog' | 'scratch' | 'memory';

/** To be called before the page is opened. */
export async function saveBy(page: Page, saving: Saving): Promise<void> {
  await page.addInitScript((way: Saving) => {
    const scope = globalThis as { showSaveFilePicker?: unknown };
    scope.showSaveFilePicker =
      way === 'dialog'
        ? async ({ suggestedName }: { suggestedName: string }) => {
            const root = await navigator.storage.getDirectory();
            return await root.getFileHandle(suggestedName, { create: true });
          }
        : undefined;
  }, saving);
  if (saving === 'memory') {
    // Init scripts do not reach workers: they get another script from the server.
    await page.route('**/worker.js*', async (route) => {
      const response = await route.fetch();
      const body = `navigator.storage.getDirectory = () => Promise.reject(new Error('none'));${await response.text()}`;
      await route.fulfill({ response, body });
    });
  }
}

/** Writes by the form that is shown, and returns the bytes that the user has then. */
export async function save(page: Page, saving: Saving): Promise<Buffer> {
  const button = page.getByRole('button', { name: 'Save as…' });
  if (saving === 'dialog') {
    await button.click();
    await page.locator('[data-outcome=written], .failure').first().waitFor();
    return Buffer.from(await newestSaved(page), 'base64');
  }
  const waiting = page.waitForEvent('download');
  await button.click();
  return readFileSync(await (await waiting).path());
}

/** The bytes of the only file that the dialog saved, in base64. */
async function newestSaved(page: Page): Promise<string> {
  return await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    for await (const handle of root.values()) {
      if (handle.kind === 'file') {
        const file = await handle.getFile();
        const bytes = new Uint8Array(await file.arrayBuffer());
        const pieces: string[] = [];
        for (let at = 0; at < bytes.length; at += 8192) {
          pieces.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
        }
        return btoa(pieces.join(''));
      }
    }
    throw new Error('nothing was saved');
  });
}
