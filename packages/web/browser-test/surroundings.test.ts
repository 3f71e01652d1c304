import {
  closeSync,
  copyFileSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { chromiumPath, startBrowser } from './support/browser.ts';
import { commandJson } from './support/command.ts';
import { type AppElement, chooseFiles, verdictIn } from './support/opened-page.ts';
import { type Site, startSite } from './support/site.ts';

const fixture = fileURLToPath(
  new URL('../../../fixtures/trixie-kaslr/dump.kdump', import.meta.url),
);
/** More than the blocks of a file that are kept in memory. */
const memoryInBytes = 64 * 1024 * 1024;

describe('the page in its surroundings', () => {
  if (chromiumPath === undefined) {
    it('not tried: no Chromium is here');
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-surroundings-'));
  let site: Site;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  before(async () => {
    site = await startSite();
    browser = await startBrowser();
  });
  after(async () => {
    await browser.close();
    await site.stop();
    rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    context = await browser.newContext({ serviceWorkers: 'block' });
    page = await context.newPage();
  });
  afterEach(() => context.close());

  /** The code and the sentence of a call that fails. */
  const failureOf = (call: 'read' | 'verify'): Promise<unknown> =>
    page.evaluate(async (name) => {
      const { supervisor, scanner } = (document.querySelector('vm-app') as AppElement).model;
      const given = { space: 'physical', address: 0n, lengthInBytes: 16 } as const;
      const answer = name === 'read' ? supervisor.call(name, given) : scanner.call(name, {});
      return await answer.then(
        () => 'it was answered',
        ({ code, message }: { code: string; message: string }) => ({ code, message }),
      );
    }, call);

  it('asks for nothing beyond its own server in a whole session', async () => {
    const asked: string[] = [];
    context.on('request', (request) => asked.push(request.url()));
    await page.goto(site.url);
    await chooseFiles(page, fixture);
    const ids = await page.evaluate(() =>
      [...(document.querySelector('vm-app')?.shadowRoot?.querySelectorAll('vm-navigation') ?? [])]
        .flatMap((each) => [...(each.shadowRoot?.querySelectorAll('a') ?? [])])
        .map((link) => link.getAttribute('href') ?? ''),
    );
    expect(ids).to.include('#/verify');
    for (const id of ids) {
      await page.goto(site.url + id);
      await page.locator('main h1, main [role=status], main [role=alert]').first().waitFor();
    }
    const elsewhere = asked.filter(
      (url) => !url.startsWith(site.url) && !/^(?:data|blob):/.test(url),
    );
    expect(elsewhere).to.deep.equal([]);
    expect(asked.some((url) => url.includes('/worker.js'))).to.equal(true);
  });

  it('gives the command’s verdict where there is no WebAssembly', async () => {
    await context.route('**/worker.js*', async (route) => {
      const response = await route.fetch();
      const body = `delete globalThis.WebAssembly;\n${await response.text()}`;
      await route.fulfill({ response, body });
    });
    await page.goto(site.url);
    await chooseFiles(page, fixture);
    const wanted = { ...commandJson('probe', fixture), file: 'dump.kdump', statistics: null };
    expect({ ...(await verdictIn(page)), statistics: null }).to.deep.equal(wanted);
  });

  it('says so where a file changes while it is open', async () => {
    const file = join(folder, 'changing.lime');
    writeLime(file);
    await page.goto(site.url);
    await chooseFiles(page, file);
    writeLime(file);
    const wanted = {
      code: 'io',
      message:
        'changing.lime: it was changed after the page opened it, or cannot be read: choose it again',
    };
    expect(await failureOf('read')).to.deep.equal(wanted);
    expect(await failureOf('verify')).to.deep.equal(wanted);
  });

  it('says so where a file vanishes, also in the view', async () => {
    const file = join(folder, 'vanishing.kdump');
    copyFileSync(fixture, file);
    await page.goto(site.url);
    await chooseFiles(page, file);
    rmSync(file);
    await page.goto(`${site.url}#/verify`);
    await page.getByRole('button', { name: 'Read everything' }).click();
    const alert = page.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).to.match(/^\s*vanishing\.kdump: it .*choose it again\s*$/);
  });
});

/** A LiME file of zeros, without a kernel. */
function writeLime(path: string): void {
  const header = Buffer.alloc(32);
  header.writeUInt32LE(0x4c694d45, 0);
  header.writeUInt32LE(1, 4);
  header.writeBigUInt64LE(BigInt(memoryInBytes - 1), 16);
  const file = openSync(path, 'w');
  writeSync(file, header);
  ftruncateSync(file, memoryInBytes + header.length);
  closeSync(file);
}
