import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { guests } from './guests.ts';
import { vmcorekit } from './vmcorekit.ts';

/** Each takes what the one before wrote. */
const steps: readonly {
  readonly args: readonly string[];
  readonly out: string;
  readonly files: readonly string[];
}[] = [
  { args: ['--compression', 'lzo'], out: 'lzo', files: ['lzo'] },
  { args: ['--to', 'flattened', '--compression', 'zstd'], out: 'flattened', files: ['flattened'] },
  {
    args: ['--split', '3', '--compression', 'snappy'],
    out: 'part',
    files: ['part.3', 'part.1', 'part.2'],
  },
  { args: ['--to', 'elf'], out: 'elf', files: ['elf'] },
  { args: ['--exclude', 'zero'], out: 'zlib', files: ['zlib'] },
];

describe('chains of conversions', () => {
  if (process.env.VMCOREKIT_PEERS_ROOT !== undefined) {
    it('not tried: other peers make no difference');
    return;
  }
  const all = guests().filter(({ folder }) => existsSync(join(folder, 'elf.vmcore')));
  if (all.length === 0) {
    it('not tried: there are no laboratory dumps in .lab or VMCOREKIT_LAB_DUMPS');
  }
  for (const guest of all) {
    it(`keep the memory and the notes of ${guest.name}`, () => {
      const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-interop-'));
      const original = join(guest.folder, 'elf.vmcore');
      try {
        let before = [original];
        for (const { args, out, files } of steps) {
          const { status, output } = vmcorekit('convert', ...args, ...before, join(folder, out));
          expect(status, output).to.equal(0);
          for (const done of before.filter((path) => path !== original)) {
            rmSync(done);
          }
          before = files.map((file) => join(folder, file));
        }
        const { status, output } = vmcorekit('compare', original, ...before);
        expect(status, output).to.equal(0);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
});
