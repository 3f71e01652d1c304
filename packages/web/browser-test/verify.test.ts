import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, startBrowser } from './support/browser.ts';
import { commandJson } from './support/command.ts';
import { type AppElement, chooseFiles, openPage } from './support/opened-page.ts';
import { type Site, startSite } from './support/site.ts';

const dump = fileURLToPath(new URL('../../../fixtures/trixie-kaslr/dump.kdump', import.meta.url));

describe('verify in a browser', () => {
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
  });
  after(async () => {
    await browser.close();
    await site.stop();
  });
  beforeEach(async () => {
    page = await openPage(browser, site.url);
  });
  afterEach(() => page.close());

  /** Presses the button of the view, and waits for its answer. */
  const verified = async (): Promise<Record<string, unknown>> => {
    await page.goto(`${site.url}#/verify`);
    await page.getByRole('button', { name: 'Read everything' }).click();
    await page.getByRole('button', { name: 'Read again' }).waitFor();
    return await page.evaluate(() => {
      const { model } = document.querySelector('vm-app') as AppElement;
      return { ...model.verification.answer?.json };
    });
  };
  /** Without what depends on the blocks that are read. */
  const comparable = (answer: Record<string, unknown>) => ({ ...answer, statistics: null });

  it('is the command’s for a sound dump', async () => {
    await chooseFiles(page, dump);
    expect(comparable(await verified())).to.deep.equal(
      comparable({ ...commandJson('verify', dump), file: 'dump.kdump' }),
    );
  });

  it('is the command’s for a damaged dump', async () => {
    const bytes = readFileSync(dump);
    bytes.fill(0xa5, bytes.length - 9000, bytes.length - 1000);
    const damaged = join(tmpdir(), `vmcorekit-damaged-${process.pid}.kdump`);
    writeFileSync(damaged, bytes);
    await chooseFiles(page, damaged);
    const answer = await verified();
    expect(answer.isSound).to.equal(false);
    expect(comparable(answer)).to.deep.equal(
      comparable({
        ...commandJson('verify', damaged),
        file: `vmcorekit-damaged-${process.pid}.kdump`,
      }),
    );
  });

  it('compares the digest that a file states, as the command does', async function () {
    const { status, stdout } = spawnSync('xz', ['--check=sha256', '-c', dump], {
      maxBuffer: 1 << 26,
    });
    if (status !== 0) {
      // No xz is here.
      this.skip();
    }
    const packed = join(tmpdir(), `vmcorekit-packed-${process.pid}.xz`);
    writeFileSync(packed, stdout);
    const { digests } = commandJson('verify', packed);
    await chooseFiles(page, packed);
    const answer = await verified();
    rmSync(packed);
    const [digest] = answer.digests as { algorithm: string; actual: string | null }[];
    expect(digest?.algorithm).to.equal('sha256');
    expect(digest?.actual).to.be.a('string');
    expect(JSON.stringify(answer.digests)).to.equal(
      JSON.stringify(digests).replaceAll(`${tmpdir()}/`, ''),
    );
  });

  it('runs beside the other views, and ends where it is cancelled', async () => {
    await chooseFiles(page, dump);
    const outcome = await page.evaluate(async () => {
      const { scanner, supervisor } = (document.querySelector('vm-app') as AppElement).model;
      const controller = new AbortController();
      const scan = scanner.call('verify', {}, { signal: controller.signal });
      const beside = await supervisor.call('analyze', { name: 'memory-map' });
      controller.abort();
      const code = await scan.then(
        () => 'answered',
        (error: { code: string }) => error.code,
      );
      return { code, isAnswered: beside.isAnswered };
    });
    expect(outcome.isAnswered).to.equal(true);
    expect(outcome.code).to.be.oneOf(['cancelled', 'answered']);
  });
});
