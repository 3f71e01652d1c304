import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildElf, qemuElf } from '@vmcorekit/testing';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, startBrowser } from './support/browser.ts';
import { commandJson } from './support/command.ts';
import { chooseFiles, openPage } from './support/opened-page.ts';
import { type Saving, save, saveBy } from './support/saving.ts';
import { type Site, startSite } from './support/site.ts';

const fixture = (name: string): string =>
  fileURLToPath(new URL(`../../../fixtures/${name}`, import.meta.url));

interface Case {
  readonly title: string;
  readonly dump: string;
  readonly view: 'convert' | 'repair';
  readonly saving: Saving;
  readonly kind: string;
  readonly compression?: string;
  readonly exclude?: string;
}

const kaslr = fixture('seabios-kaslr-pti/dump.kdump');

const cases: readonly Case[] = [
  {
    title: 'ELF to KDUMP, in a file that the user chose',
    dump: 'made.elf',
    view: 'convert',
    saving: 'dialog',
    kind: 'kdump',
  },
  {
    title: 'flattened to ELF, as a download from the disk',
    dump: fixture('qemu-10-firmware/kdump-zlib.vmcore'),
    view: 'convert',
    saving: 'scratch',
    kind: 'elf',
  },
  {
    title: 'KDUMP to lzo pages without ROM, as a download from memory',
    dump: fixture('ovmf-nokaslr/dump.kdump'),
    view: 'convert',
    saving: 'memory',
    kind: 'kdump',
    compression: 'lzo',
    exclude: 'rom',
  },
  {
    title: 'a repair as KDUMP, in a file that the user chose',
    dump: kaslr,
    view: 'repair',
    saving: 'dialog',
    kind: 'kdump',
  },
  {
    title: 'a repair as ELF, as a download from the disk',
    dump: kaslr,
    view: 'repair',
    saving: 'scratch',
    kind: 'elf',
  },
];

describe('a file that the page writes', () => {
  if (chromiumPath === undefined) {
    it('not tried: no Chromium is here');
    return;
  }
  let site: Site;
  let browser: Browser;
  let page: Page;
  let folder: string;

  before(async () => {
    site = await startSite();
    browser = await startBrowser();
    folder = mkdtempSync(join(tmpdir(), 'vmcorekit-web-'));
    commandJson('convert', '--to', 'elf', kaslr, join(folder, 'made.elf'));
  });
  after(async () => {
    await browser.close();
    await site.stop();
    rmSync(folder, { recursive: true });
  });
  afterEach(() => page.context().close());

  async function open(
    { dump, view, saving }: Pick<Case, 'dump' | 'view' | 'saving'>,
    isRefused: boolean = false,
  ) {
    page = await openPage(await browser.newContext(), site.url, (fresh) => saveBy(fresh, saving));
    await chooseFiles(page, dump);
    await page.getByRole('link', { name: view === 'convert' ? 'Convert' : 'Repair' }).click();
    await page.getByRole('button', { name: 'Save as…', disabled: isRefused }).waitFor();
    await page.getByText('planning…').waitFor({ state: 'detached' });
  }

  for (const { title, dump: named, view, saving, kind, compression, exclude } of cases) {
    it(`is the command's, byte for byte: ${title}`, async () => {
      const dump = resolve(folder, named);
      const wanted = join(folder, `${view}.${kind}.${saving}`);
      const answer = commandJson(
        view,
        ...['--to', kind],
        ...(compression === undefined ? [] : ['--compression', compression]),
        ...(exclude === undefined ? [] : ['--exclude', exclude]),
        dump,
        wanted,
      );
      await open({ dump, view, saving });
      await page.getByLabel('Kind of file').selectOption(kind);
      if (compression !== undefined) {
        await page.getByLabel('Compression of pages').selectOption(compression);
      }
      if (exclude !== undefined) {
        await page.getByRole('checkbox', { name: exclude }).check();
      }
      const saved = await save(page, saving);
      const expected = readFileSync(wanted);
      expect(saved.length).to.equal(expected.length);
      expect(saved.equals(expected)).to.equal(true);
      const text = await page.locator('[data-outcome=written] pre').innerText();
      const { pages } = answer as { pages: { stored: number } };
      expect(text).to.include(`${pages.stored} page`);
    });
  }

  it('is refused with the command’s sentence where no kernel is found', async () => {
    const dump = fixture('firmware-ovmf/dump.kdump');
    await open({ dump, view: 'repair', saving: 'dialog' }, true);
    const sentence = await page.locator('.failure[data-code=no-kernel]').innerText();
    const { error } = commandJson('repair', '--dry-run', dump) as { error: { message: string } };
    expect(sentence).to.equal(`not repaired: ${error.message}`);
    expect(await page.getByRole('button', { name: 'Save as…' }).isDisabled()).to.equal(true);
  });

  it('is refused where it does not fit, or saved whole, never without its end', async () => {
    const dump = fixture('qemu-10-firmware/kdump-zlib.vmcore');
    const wanted = join(folder, 'fits.elf');
    commandJson('convert', '--to', 'elf', dump, wanted);
    await open({ dump, view: 'convert', saving: 'scratch' });
    const devTools = await page.context().newCDPSession(page);
    const quota = { origin: new URL(site.url).origin, quotaSize: 200_000 };
    await devTools.send('Storage.overrideQuotaForOrigin', quota);
    await page.getByLabel('Kind of file').selectOption('elf');
    const download = page.waitForEvent('download').catch(() => null);
    await page.getByRole('button', { name: 'Save as…' }).click();
    await page.locator('[data-outcome=written], .failure').first().waitFor();
    if ((await page.locator('.failure').count()) > 0) {
      expect(await page.locator('.failure').getAttribute('data-code')).to.equal('io');
    } else {
      const path = (await (await download)?.path()) ?? '';
      expect(readFileSync(path).equals(readFileSync(wanted))).to.equal(true);
    }
  });

  it('leaves nothing where the user cancels it', async () => {
    // Nothing but a hole, which takes long enough to be cancelled.
    const dump = join(folder, 'large.elf');
    const p_filesz = 2 ** 28;
    const { bytes } = buildElf(qemuElf([{ p_filesz, data: Uint8Array.of(1) }]));
    writeFileSync(dump, bytes);
    truncateSync(dump, bytes.length + p_filesz);
    await open({ dump, view: 'convert', saving: 'scratch' });
    await page.getByRole('button', { name: 'Save as…' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.locator('.failure[data-code=cancelled]').waitFor();
    expect(await page.locator('.failure').innerText()).to.equal('Cancelled. Nothing was saved.');
    const left = await page.evaluate(async () => {
      const names: string[] = [];
      const root = await navigator.storage.getDirectory();
      const scratch = await root.getDirectoryHandle('vmcorekit-scratch', { create: true });
      for await (const name of scratch.keys()) {
        names.push(name);
      }
      return names;
    });
    expect(left).to.deep.equal([]);
  });
});
