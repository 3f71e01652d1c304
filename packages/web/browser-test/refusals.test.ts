import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { buildVmss } from '@vmcorekit/testing';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, startBrowser } from './support/browser.ts';
import { commandAnswers, commandJson } from './support/command.ts';
import { chooseFiles, openPage, refusalIn, verdictIn } from './support/opened-page.ts';
import { type Site, startSite } from './support/site.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const fixture = (name: string): string => join(root, 'fixtures', name);

/** The fuzzers' targets that are given whole files. */
const fileTargets =
  /-file$|^(?:avml|diskdump|elf|ewf-set|flattened|hibernation|kdump|libvirt-save|lime|lkcd|qcow2|qemu-stream|raw|s390|sadump|vmlinux|vmlinuz|vmss|xen-core|xen-save)$/;

describe('what the page refuses', () => {
  if (chromiumPath === undefined) {
    it('not tried: no Chromium is here');
    return;
  }
  let site: Site;
  let browser: Browser;
  let page: Page;
  let folder: string;
  let count = 0;

  before(async () => {
    site = await startSite();
    browser = await startBrowser();
    folder = mkdtempSync(join(tmpdir(), 'vmcorekit-web-'));
    page = await openPage(browser, site.url);
  });
  after(async () => {
    await browser.close();
    await site.stop();
    rmSync(folder, { recursive: true });
  });

  /** A file in a folder of its own, so that nothing lies beside it. */
  function write(name: string, bytes: Uint8Array | string): string {
    count += 1;
    mkdirSync(join(folder, String(count)));
    const path = join(folder, String(count), name);
    writeFileSync(path, bytes);
    return path;
  }

  /** Both answers to each file, without what depends on the machine and on the folder. */
  async function expectSame(paths: readonly string[]): Promise<void> {
    const answers = commandAnswers(folder, [
      'probe',
      ...paths.map((path) => `${basename(dirname(path))}/${basename(path)}`),
    ]);
    expect(answers.length).to.equal(paths.length);
    for (const [index, path] of paths.entries()) {
      await chooseFiles(page, path);
      const text = JSON.stringify(answers[index]).replaceAll(`${basename(dirname(path))}/`, '');
      const wanted = JSON.parse(text) as Record<string, unknown>;
      const { error } = wanted as { error?: { code: string; message: string } };
      const refusal = await refusalIn(page);
      const about = `${readFileSync(path).length} bytes of ${path}`;
      if (error === undefined) {
        expect(refusal, about).to.equal(null);
        const { confidence, kernel, conditions } = await verdictIn(page);
        expect({ confidence, kernel, conditions }, about).to.deep.equal({
          confidence: wanted.confidence,
          kernel: wanted.kernel,
          conditions: wanted.conditions,
        });
      } else {
        expect(refusal, about).to.deep.equal({ code: error.code, message: error.message });
      }
    }
  }

  it('is refused with the command’s sentence: no dump at all', async () => {
    await expectSame([
      write('empty', ''),
      write('notes.txt', 'This is a text.\n'.repeat(99)),
      write('notes.txt.gz', gzipSync('This is a text.\n'.repeat(99))),
      write('zeros', new Uint8Array(100_000)),
      write(
        'random',
        Uint8Array.from({ length: 9999 }, (_, at) => (at * 7919) % 251),
      ),
    ]);
  });

  it('is refused or read like the command does: truncated dumps', async () => {
    const paths = ['ovmf-nokaslr/dump.kdump', 'qemu-10-firmware/kdump-zlib.vmcore'].flatMap(
      (name) => {
        const bytes = readFileSync(fixture(name));
        return [8, 100, 5000, Math.floor(bytes.length / 2), bytes.length - 1].map((length) =>
          write('dump', bytes.subarray(0, length)),
        );
      },
    );
    await expectSame(paths);
  });

  it('is refused or read like the command does: files from fuzzing', async () => {
    const corpus = join(root, 'fuzz/corpus');
    const seeds = readdirSync(corpus)
      .filter((target) => fileTargets.test(target))
      .flatMap((target) =>
        readdirSync(join(corpus, target))
          .slice(0, 2)
          .map((seed) => write(`${target}-${seed}`, readFileSync(join(corpus, target, seed)))),
      );
    expect(seeds.length).to.be.above(50);
    await expectSame(seeds);
  });

  it('is asked for where an archive holds two dumps: each is a button', async () => {
    const inside = join(folder, 'inside');
    mkdirSync(inside);
    cpSync(fixture('firmware-ovmf/dump.kdump'), join(inside, 'one.kdump'));
    cpSync(fixture('ovmf-nokaslr/dump.kdump'), join(inside, 'two.kdump'));
    const archive = write('two.tar', '');
    spawnSync('tar', ['-cf', archive, '-C', inside, 'one.kdump', 'two.kdump']);
    await expectSame([archive]);
    await page.getByRole('button', { name: 'two.kdump' }).click();
    await page.locator('vm-verdict-view').waitFor();
    expect(await verdictIn(page)).to.include({
      file: 'two.tar//two.kdump',
      confidence: 'certain',
    });
  });

  it('is several dumps, in any order, with the command’s sentence', async () => {
    const one = write('one.kdump', readFileSync(fixture('firmware-ovmf/dump.kdump')));
    const two = write('two.kdump', readFileSync(fixture('ovmf-nokaslr/dump.kdump')));
    for (const files of [
      [one, two],
      [two, one],
    ]) {
      await chooseFiles(page, files);
      expect((await refusalIn(page))?.message).to.equal(
        'one.kdump and two.kdump are different dumps, not parts of one',
      );
    }
  });

  it('is a part of a split dump, until the others are added', async () => {
    const whole = fixture('ovmf-nokaslr/dump.kdump');
    const out = join(dirname(write('part', '')), 'part');
    commandJson('convert', '--split', '2', whole, out);
    const [first, second] = [`${out}.1`, `${out}.2`];
    await expectSame([first]);
    await chooseFiles(page, [second, first]);
    const { confidence, kernel } = await verdictIn(page);
    const wanted = commandJson('probe', first, second);
    expect({ confidence, kernel }).to.deep.equal({
      confidence: wanted.confidence,
      kernel: wanted.kernel,
    });
  });

  it('is a state without its memory, until that is added beside it', async () => {
    const state = write('guest.vmss', buildVmss([{ name: 'cpu', tags: [] }]));
    const memory = state.replace(/vmss$/, 'vmem');
    await expectSame([state]);
    writeFileSync(memory, new Uint8Array(2 ** 22));
    await page.locator('vm-after-failure input[type=file]').setInputFiles(memory);
    await page.locator('vm-verdict-view').waitFor();
    const wanted = commandJson('probe', memory);
    const { format, filesBeside } = await verdictIn(page);
    expect({ format, filesBeside }).to.deep.equal({
      format: wanted.format,
      filesBeside: wanted.filesBeside,
    });
    expect(format).to.equal('vmware');
  });

  it('is no System.map: the search takes it, in any order, or says why not', async () => {
    const map = write(
      'System.map',
      '0000000000000000 D __per_cpu_start\nffffffff81000000 T _text\n',
    );
    const dump = fixture('ovmf-nokaslr/dump.kdump');
    const wanted = commandJson('probe', '--symbols', map, dump);
    for (const files of [
      [map, dump],
      [dump, map],
    ]) {
      await chooseFiles(page, files);
      const answer = await verdictIn(page);
      expect(answer.refusedSymbols).to.deep.equal(
        JSON.parse(JSON.stringify(wanted.refusedSymbols).replaceAll(`${dirname(map)}/`, '')),
      );
      expect(answer.kernel).to.deep.equal(wanted.kernel);
    }
  });

  it('is passed over beside a dump, with its sentence', async () => {
    const text = write('guest.vmx.txt', 'memsize = "512"\n'.repeat(9));
    await chooseFiles(page, [text, fixture('ovmf-nokaslr/dump.kdump')]);
    expect(await refusalIn(page)).to.equal(null);
    const said = await page.locator('vm-passed-over li').innerText();
    expect(said).to.match(/^guest\.vmx\.txt: a text file, not a dump: /);
  });
});
