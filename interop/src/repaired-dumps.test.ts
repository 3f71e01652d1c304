import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Guest, guests, vmlinuxFiles } from './guests.ts';
import { writeNarrow } from './narrow.ts';
import { crashAccepts, drgn, has, libkdumpfile, makedumpfile, unpackFlattened } from './peers.ts';
import { pending } from './run.ts';
import { answerOf, vmcorekit } from './vmcorekit.ts';

const fourGibibytes = 2 ** 32;
const vmlinuxOf = vmlinuxFiles();

interface Repair {
  readonly title: string;
  readonly file: string;
  readonly mend: (from: string, to: string, ...args: readonly string[]) => void | Promise<void>;
  readonly capturedBy: 'qemu' | 'kdump';
  /** It stays flattened: its reader unpacks it, as the report says. */
  readonly isFlattened?: boolean;
  readonly isWithoutRom?: boolean;
  readonly isFilterable?: boolean;
  /** Its maker left pages out already, so there are none to leave out, and those are unknown. */
  readonly isFiltered?: boolean;
}

const toNewFile: Repair['mend'] = (from, to, ...args) => succeed('repair', ...args, from, to);

const repairs: readonly Repair[] = [
  { title: 'ELF', file: 'elf.vmcore', mend: toNewFile, capturedBy: 'qemu' },
  { title: 'ELF with paging', file: 'elf-paging.vmcore', mend: toNewFile, capturedBy: 'qemu' },
  { title: 'KDUMP', file: 'kdump-raw-zlib.vmcore', mend: toNewFile, capturedBy: 'qemu' },
  { title: 'KDUMP in place', file: 'kdump-raw-zlib.vmcore', mend: inPlace, capturedBy: 'qemu' },
  {
    title: 'KDUMP of 32 bits',
    file: 'kdump-raw-zlib.vmcore',
    mend: fromNarrow,
    capturedBy: 'qemu',
  },
  { title: 'flattened', file: 'kdump-zlib.vmcore', mend: toNewFile, capturedBy: 'qemu' },
  {
    title: 'flattened in place',
    file: 'kdump-zlib.vmcore',
    mend: inPlace,
    capturedBy: 'qemu',
    isFlattened: true,
  },
  {
    title: 'ELF of /proc/vmcore',
    file: 'proc-vmcore.vmcore',
    mend: toNewFile,
    capturedBy: 'kdump',
  },
  {
    title: 'makedumpfile’s flattened file',
    file: 'makedumpfile-flattened.vmcore',
    mend: toNewFile,
    capturedBy: 'kdump',
    isFiltered: true,
  },
  {
    title: 'makedumpfile’s KDUMP in place',
    file: 'makedumpfile-lzo.vmcore',
    mend: inPlace,
    capturedBy: 'kdump',
  },
];

function succeed(...args: readonly string[]): void {
  const { status, output } = vmcorekit(...args);
  expect(status, output).to.equal(0);
}

/** QEMU writes so of a machine that was reset: no tool finds a 64-bit kernel in it. */
async function fromNarrow(from: string, to: string, ...args: readonly string[]): Promise<void> {
  await writeNarrow(from, `${to}.narrow`);
  succeed('repair', ...args, `${to}.narrow`, to);
}

function inPlace(from: string, to: string, ...args: readonly string[]): void {
  copyFileSync(from, to);
  succeed('repair', '--in-place', '--undo', `${to}.undo`, ...args, to);
}

/** The same repair without the firmware's ROM, where makedumpfile wants that. */
function ofReadable(guest: Guest, repair: Repair): Repair[] {
  const original = join(guest.folder, repair.file);
  return !existsSync(original)
    ? []
    : repair.title.startsWith('ELF') || !hasRomAboveRam(original)
      ? [repair]
      : [
          { ...repair, isFilterable: false },
          { ...repair, title: `${repair.title}, without ROM`, isWithoutRom: true },
        ];
}

function isCertain(file: string): boolean {
  const { status, output } = vmcorekit('probe', '--json', file);
  return (
    status === 0 && (JSON.parse(output) as { readonly confidence: string }).confidence === 'certain'
  );
}

const all = guests();

/**
 * The guests and the kinds of repair that a peer opened. drgn and crash read all debug symbols at
 * each start: 7 and 9 seconds of CPU time, of 20 that a repair takes with all its peers. So they
 * open each guest once and each kind once, and all pairs where VMCOREKIT_INTEROP_EVERY is 1.
 */
const opened = { drgn: new Set<string>(), crash: new Set<string>() };
const isEveryPairTried = process.env.VMCOREKIT_INTEROP_EVERY === '1';

describe('repaired dumps', () => {
  if (all.length === 0) {
    it('not tried: there are no laboratory dumps in .lab or VMCOREKIT_LAB_DUMPS');
  }
  for (const guest of all) {
    for (const repair of repairs.flatMap((each) => ofReadable(guest, each))) {
      describe(`${guest.name}, ${repair.title}`, () => testRepair(guest, repair));
    }
  }
});

/**
 * Whether the highest memory is firmware's ROM below 4 GiB. makedumpfile (1.7.2 and 1.7.6, traced)
 * fails on KDUMP input then: it looks for the second bitmap where it would lie if the bitmaps ended
 * with the RAM. Without the ROM it does not.
 */
function hasRomAboveRam(file: string): boolean {
  const { memory } = answerOf('info', file) as {
    readonly memory: { readonly ranges: readonly { readonly end: string }[] };
  };
  return Number(memory.ranges.at(-1)?.end) === fourGibibytes;
}

function storedPages(file: string): number {
  return (
    answerOf('info', file) as { readonly memory: { readonly pages: { readonly stored: number } } }
  ).memory.pages.stored;
}

function testRepair(guest: Guest, repair: Repair): void {
  const {
    file,
    mend,
    capturedBy,
    isFlattened = false,
    isWithoutRom = false,
    isFiltered = false,
    isFilterable = !isFiltered,
  } = repair;
  const original = join(guest.folder, file);
  const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-interop-'));
  const mended = join(folder, 'mended');
  // A new file is opened as it is; only what stays flattened in place is unpacked.
  const plain = isFlattened ? join(folder, 'plain') : mended;
  const vmlinux = vmlinuxOf.get(guest.buildId);
  const isNative = guest.architecture === 'x86_64' && process.arch === 'x64';

  before(async function () {
    if (!isCertain(original)) {
      this.skip();
    }
    await mend(original, mended, ...(isWithoutRom ? ['--exclude', 'rom'] : []));
  });
  after(() => rmSync(folder, { recursive: true }));

  it('holds the same memory', () => {
    const { output } = vmcorekit('compare', '--json', original, mended);
    const { pages } = JSON.parse(output) as {
      readonly pages: { readonly different: number; readonly unknown: number };
    };
    expect(pages.different).to.equal(0);
    expect(pages.unknown > 0).to.equal(isWithoutRom || isFiltered);
  });

  it('is still of who captured it, written by vmcorekit, and certain', () => {
    const answer = answerOf('probe', mended) as {
      origin: object;
      confidence: string;
      kernel: object;
    };
    expect(answer.confidence).to.equal('certain');
    expect(answer.origin).to.include({ capturedBy, writtenBy: 'vmcorekit' });
    expect(answer.kernel).to.include({ physBase: guest.physBase, release: guest.release });
  });

  const isShown = (peer: 'drgn' | 'crash'): boolean =>
    !isEveryPairTried && opened[peer].has(guest.name) && opened[peer].has(repair.title);
  const show = (peer: 'drgn' | 'crash'): void => {
    opened[peer].add(guest.name).add(repair.title);
  };

  const canTry = (name: string, isTried: boolean, why: string, body: Mocha.Func): void => {
    if (isTried) {
      it(name, body);
    } else {
      it(`${name}: not tried: ${why}`);
    }
  };

  if (plain !== mended) {
    canTry('is unpacked by makedumpfile -R', has.makedumpfile, 'makedumpfile is not here', () => {
      const { status, output } = unpackFlattened(mended, plain);
      expect(status, output).to.equal(0);
    });
  }

  canTry(
    'is read by libkdumpfile',
    has.libkdumpfile && guest.architecture === 'x86_64',
    'libkdumpfile is not here, or not for this',
    () => {
      const { status, output } = libkdumpfile(plain);
      expect(status, output).to.equal(0);
      expect(JSON.parse(output)).to.deep.equal({
        physBase: guest.physBase,
        release: guest.release,
        vmcoreinfo: true,
      });
    },
  );

  canTry(
    'gives makedumpfile its dmesg',
    has.makedumpfile && isNative,
    'makedumpfile is not here for it',
    () => {
      const { status, output } = makedumpfile('--dump-dmesg', '-f', plain, join(folder, 'dmesg'));
      expect(status, output).to.equal(0);
      expect(readFileSync(join(folder, 'dmesg'), 'latin1')).to.include(
        `Linux version ${guest.release}`,
      );
    },
  );

  if (isFilterable) {
    canTry(
      'is filtered by makedumpfile',
      has.makedumpfile && isNative,
      'makedumpfile is not here for it',
      () => {
        const { status, output } = makedumpfile(
          '-f',
          '-d',
          '31',
          '-l',
          plain,
          join(folder, 'filtered'),
        );
        expect(status, output).to.equal(0);
        // Pages, not bytes: LZO's are larger than zlib's, and of a crashed kernel's memory a
        // capture kernel filters little.
        expect(storedPages(join(folder, 'filtered'))).to.be.lessThan(storedPages(plain));
      },
    );
  }

  canTry(
    'is opened by drgn, banner and tasks',
    has.drgn && vmlinux !== undefined,
    'drgn or the vmlinux is not here',
    function () {
      if (isShown('drgn')) {
        pending(this, 'other pairs show it');
      }
      const { status, output } = drgn(plain, vmlinux ?? '', folder);
      expect(status, output).to.equal(0);
      expect(output).to.include(`Linux version ${guest.release} `);
      expect(Number(/tasks: (\d+)/.exec(output)?.[1])).to.be.greaterThan(5);
      show('drgn');
    },
  );

  canTry(
    'is accepted by crash where the original is',
    has.crash && vmlinux !== undefined,
    'crash or the vmlinux is not here',
    function () {
      if (isShown('crash')) {
        pending(this, 'other pairs show it');
      }
      if (crashAccepts(mended, vmlinux ?? '', guest.release)) {
        show('crash');
      } else {
        expect(crashAccepts(original, vmlinux ?? '', guest.release)).to.equal(false);
      }
    },
  );

  if (mend === inPlace) {
    it('is put back, bytes and length', () => {
      succeed('repair', '--undo', `${mended}.undo`);
      expect(readFileSync(mended).equals(readFileSync(original))).to.equal(true);
    });
  }
}
