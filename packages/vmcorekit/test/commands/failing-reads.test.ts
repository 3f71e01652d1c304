import fs, { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type CliResult, runCli } from '../support/run-cli.ts';
import { writeTemporaryFile } from '../support/temporary-file.ts';

const { readSync } = fs;
const fixture = fs.readFileSync(
  new URL('../../../../fixtures/ovmf-nokaslr/dump.kdump', import.meta.url),
);
const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-failing-'));
const out = join(folder, 'out');

/**
 * Does something before each read of one file, by the number of reads so far; returns how many
 * there were.
 */
async function whileReading(
  path: string,
  before: (count: number) => void,
  work: () => Promise<CliResult>,
) {
  const { ino } = fs.statSync(path);
  let count = 0;
  fs.readSync = ((...args: Parameters<typeof readSync>) => {
    if (fs.fstatSync(args[0]).ino === ino) {
      before(++count);
    }
    return readSync(...args);
  }) as typeof readSync;
  syncBuiltinESMExports();
  try {
    return { result: await work(), count };
  } finally {
    fs.readSync = readSync;
    syncBuiltinESMExports();
  }
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: the disk is broken, read`), { code });
}

/** Every command that reads a dump; the text of its kernel begins at 0xffffffff81000000. */
function commandsOn(path: string): readonly (readonly string[])[] {
  const other = writeTemporaryFile('vmcore', fixture);
  return [
    ['probe', path],
    ['info', path],
    ['verify', '--workers', '1', path],
    ['read', path, '0', '1MiB'],
    ['read', path, '0xffffffff81000000', '4096'],
    ['translate', path, '0xffffffff81000000'],
    ['analyze', 'kernel-log', path],
    ['analyze', 'vmcoreinfo', path],
    ['analyze', 'memory-map', path],
    ['compare', path, other],
    ['compare', other, path],
    ['convert', path, out],
    ['convert', '--to', 'elf', path, out],
    ['convert', '--split', '2', path, out],
    ['convert', path, '-'],
    ['repair', path, out],
    ['repair', '--force', '--to', 'elf', path, out],
    ['repair', '--dry-run', path, out],
    ['repair', '--in-place', '--undo', join(folder, 'undo'), path],
  ];
}

const wrongAnswers = /no kernel was found|is sound|\bequal\b.*nothing|everything.*equal/i;

/**
 * What a command must not do on a file that cannot be read: answer, as if all had been looked at. A
 * repair in place writes to it too.
 */
function expectReported({ status, stdout, stderr }: CliResult, reason: RegExp, what: string): void {
  expect(stderr, what).to.match(reason);
  expect(status, `${what}: ${stderr}`).to.be.oneOf(what.includes('--in-place') ? [2, 3] : [3]);
  expect(stdout + stderr, what).not.to.match(wrongAnswers);
  expect(readdirSync(folder), what).to.deep.equal([]);
}

/** The reads of each command, counted once. */
const readsOf = new Map<string, number>();

/**
 * A dump, the command on it, and reads at which it may fail: the first, one in the middle, the
 * last.
 */
async function preparedFor(words: readonly string[]) {
  const path = writeTemporaryFile('vmcore', fixture);
  const args = words.map((word) => (word === 'DUMP' ? path : word));
  const command = words.join(' ');
  const count = readsOf.get(command) ?? (await countReads(path, args));
  readsOf.set(command, count);
  return { path, args, places: [...new Set([1, Math.ceil(count / 2), count])] };
}

async function countReads(path: string, args: readonly string[]): Promise<number> {
  const { count } = await whileReading(
    path,
    () => {},
    () => runCli(args),
  );
  expect(count).to.be.above(0);
  clear();
  fs.writeFileSync(path, fixture);
  return count;
}

function clear(): void {
  for (const name of readdirSync(folder)) {
    rmSync(join(folder, name));
  }
}

describe('a file that fails while a command reads it', () => {
  after(() => rmSync(folder, { recursive: true }));
  afterEach(clear);

  for (const words of commandsOn('DUMP')) {
    const name = words
      .map((word) => (word.startsWith('/') ? word.slice(word.lastIndexOf('/') + 1) : word))
      .join(' ');

    it(`is reported by its error, wherever that comes: ${name}`, async () => {
      const { path, args, places } = await preparedFor(words);
      const before = fs.readFileSync(path);
      for (const at of places) {
        const failing = (reads: number): void => {
          if (reads >= at) {
            throw systemError('EIO');
          }
        };
        const seen = await whileReading(path, failing, () => runCli(args));
        expectReported(
          seen.result,
          /input\/output error/,
          `${name}, read ${at} of ${places.at(-1)}`,
        );
        expect(fs.readFileSync(path).equals(before), 'the dump is as it was').to.equal(true);
      }
    });

    it(`is reported if it shrinks: ${name}`, async () => {
      const { path, args, places } = await preparedFor(words);
      const before = fs.readFileSync(path);
      // The last read finds the end of the file: all was read by then.
      for (const at of places.slice(0, -1)) {
        const shrinking = (reads: number): void => {
          if (reads === at) {
            truncateSync(path, 64);
          }
        };
        const seen = await whileReading(path, shrinking, () => runCli(args));
        expectReported(
          seen.result,
          /bytes when it was opened|wanted \d+ bytes, got|other bytes/,
          `${name}, read ${at} of ${places.at(-1)}`,
        );
        fs.writeFileSync(path, before);
      }
    });
  }

  for (const code of ['ESTALE', 'ENXIO', 'ETIMEDOUT', 'EIO']) {
    it(`is reported whatever the system calls it: ${code}`, async () => {
      const { path, args, places } = await preparedFor(['probe', 'DUMP']);
      for (const at of places) {
        const failing = (reads: number): void => {
          if (reads >= at) {
            throw systemError(code);
          }
        };
        const { result } = await whileReading(path, failing, () => runCli(args));
        expectReported(result, /vmcore: /, `${code} at read ${at}`);
      }
    });
  }
});
