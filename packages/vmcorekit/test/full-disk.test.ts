import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { propertyCases } from '@vmcorekit/testing';
import { expect } from 'chai';
import { writeKernelDump } from './support/kernel-dump.ts';
import { runCli } from './support/run-cli.ts';

/** Bundled, because it starts in a third of the time. */
const bin = fileURLToPath(new URL('../bin/vmcorekit.cjs', import.meta.url));
/**
 * Of `ulimit -f`, which stands in for the end of a disk: a write fails in its middle, as on a full
 * one. Source: POSIX.
 */
const unitInBytes = 512;

interface Result {
  readonly status: number | null;
  readonly stderr: string;
}

/** Runs the command where no file can grow beyond a size. */
function runWithin(
  sizeInBytes: number,
  args: readonly string[],
  input: Uint8Array = new Uint8Array(),
): Result {
  const { status, stderr } = spawnSync(
    'sh',
    [
      '-c',
      `ulimit -f ${Math.floor(sizeInBytes / unitInBytes)}; exec "$@"`,
      'sh',
      process.execPath,
      bin,
      ...args,
    ],
    { input, encoding: 'utf8' },
  );
  return { status, stderr };
}

describe('a full disk', () => {
  const { path } = writeKernelDump();
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vmcorekit-full-'));
  });
  afterEach(() => {
    for (const name of readdirSync(folder)) {
      rmSync(join(folder, name));
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  const out = (name: string) => join(folder, name);

  function expectNothing({ status, stderr }: Result): void {
    expect(stderr).to.match(
      /^vmcorekit: the output cannot be written: .*: the file system takes no file that large\n$/,
    );
    expect(status).to.equal(2);
    expect(readdirSync(folder)).to.deep.equal([]);
  }

  for (const args of [
    [],
    ['--to', 'elf'],
    ['--to', 'flattened'],
    ['--compression', 'none', '--split', '2'],
    ['--workers', '2'],
  ]) {
    it(`leaves nothing of what convert ${args.join(' ')} began`, () => {
      expectNothing(runWithin(20_000, ['convert', ...args, path, out('copy')]));
    });
  }

  it('leaves nothing of what repair began', () => {
    expectNothing(runWithin(20_000, ['repair', path, out('mended')]));
  });

  it('leaves nothing of a stream that standard input brought', () => {
    expectNothing(runWithin(20_000, ['convert', '-', out('copy')], readFileSync(path)));
  });

  for (const [turn, kind] of ['kdump', 'flattened'].entries()) {
    it(`leaves a ${kind} file as it was that could not be changed in place`, async () => {
      await runCli(['convert', '--to', kind, path, out('dump')]);
      const before = readFileSync(out('dump'));
      // One of both for each kind; both in continuous integration.
      for (const room of propertyCases([0, unitInBytes], 2, turn)) {
        const { status, stderr } = runWithin(statSync(out('dump')).size + room, [
          'repair',
          '--in-place',
          out('dump'),
        ]);
        expect(stderr).to.include('the file system takes no file that large');
        expect(status).to.equal(2);
        expect(readFileSync(out('dump')).equals(before)).to.equal(true);
      }
    });

    // The undo file stayed, and the same command failed because of it.
    it(`leaves no undo file of a ${kind} file that could not be changed in place`, async () => {
      await runCli(['convert', '--to', kind, path, out('dump')]);
      const command = ['repair', '--in-place', '--undo', out('undo'), out('dump')];
      const { status } = runWithin(statSync(out('dump')).size, command);
      expect(status).to.equal(2);
      expect(readdirSync(folder)).to.deep.equal(['dump']);
      expect((await runCli(command)).status).to.equal(0);
    });
  }
});
