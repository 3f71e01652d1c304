import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readSync, writeSync } from 'node:fs';

/** A way to pack a file, and the program that unpacks it. */
export interface Packing {
  /** As the table calls it. */
  readonly name: string;
  readonly suffix: string;
  /** Prints the contents of the file that is named after these. */
  readonly unpack: readonly [program: string, ...options: string[]];
  /** Packs by the program with these options, or piece by piece. */
  readonly options: readonly string[];
  readonly pieceInBytes?: number;
}

/** Of files that are read by block, or by access points. */
export const seekable: readonly Packing[] = [
  { name: '`gzip -1`', suffix: 'gz', unpack: ['gzip', '-dc'], options: ['-1', '-c'] },
  {
    name: '`lz4 -1 -B4`, blocks of 64 KiB',
    suffix: 'B4.lz4',
    unpack: ['lz4', '-dc'],
    options: ['-q', '-1', '-B4', '-c'],
  },
  {
    name: '`lz4 -1`, blocks of 4 MiB',
    suffix: 'lz4',
    unpack: ['lz4', '-dc'],
    options: ['-q', '-1', '-c'],
  },
  {
    name: '`lzop -1`, blocks of 256 KiB',
    suffix: 'lzop',
    unpack: ['lzop', '-dc'],
    options: ['-q', '-1', '-c'],
  },
  {
    name: 'zstd, frames of 1 MiB',
    suffix: '1m.zst',
    unpack: ['zstd', '-dc'],
    options: ['-q', '-1', '-c'],
    pieceInBytes: 1 << 20,
  },
  {
    name: 'zstd, frames of 8 MiB',
    suffix: '8m.zst',
    unpack: ['zstd', '-dc'],
    options: ['-q', '-3', '-c'],
    pieceInBytes: 8 << 20,
  },
  {
    name: '`xz -1 -T2`, blocks of 3 MiB',
    suffix: '3m.xz',
    unpack: ['xz', '-dc', '-T1'],
    options: ['-1', '-T2', '-c'],
  },
  {
    name: '`xz -0 -T2 --block-size=8MiB`',
    suffix: '8m.xz',
    unpack: ['xz', '-dc', '-T1'],
    options: ['-0', '-T2', '--block-size=8MiB', '-c'],
  },
  {
    name: '`xz -0 -T2 --block-size=24MiB`',
    suffix: '24m.xz',
    unpack: ['xz', '-dc', '-T1'],
    options: ['-0', '-T2', '--block-size=24MiB', '-c'],
  },
];

/** Of files that are unpacked when they are opened. */
export const sequential: readonly Packing[] = [
  {
    name: '`lz4 -BD`, linked blocks',
    suffix: 'BD.lz4',
    unpack: ['lz4', '-dc'],
    options: ['-q', '-1', '-BD', '-c'],
  },
  { name: '`zstd -3`, one frame', suffix: 'zst', unpack: ['zstd', '-dc'], options: ['-q', '-c'] },
  {
    name: '`xz -0 -T1`, one block',
    suffix: 'xz',
    unpack: ['xz', '-dc', '-T1'],
    options: ['-0', '-T1', '-c'],
  },
  { name: '`bzip2 -1`', suffix: 'bz2', unpack: ['bzip2', '-dc'], options: ['-1', '-c'] },
];

/** Packs a file. Throws where the program is not here, or fails. */
export function pack(packing: Packing, from: string, to: string): void {
  const [program] = packing.unpack;
  const output = openSync(to, 'w');
  try {
    if (packing.pieceInBytes === undefined) {
      run(program, [...packing.options, from], { stdio: ['ignore', output, 'inherit'] });
    } else {
      packPieces(packing, packing.pieceInBytes, from, output);
    }
  } finally {
    closeSync(output);
  }
}

/** One frame a piece, each of stated size. */
function packPieces(packing: Packing, pieceInBytes: number, from: string, output: number): void {
  const piece = new Uint8Array(pieceInBytes);
  const input = openSync(from, 'r');
  try {
    for (let got = readSync(input, piece); got > 0; got = readSync(input, piece)) {
      const options = [...packing.options, `--stream-size=${got}`];
      const { stdout } = run(packing.unpack[0], options, {
        input: piece.subarray(0, got),
        maxBuffer: 2 * pieceInBytes,
      });
      writeSync(output, stdout);
    }
  } finally {
    closeSync(input);
  }
}

function run(
  program: string,
  args: readonly string[],
  options: Parameters<typeof spawnSync>[2],
): { readonly stdout: Uint8Array } {
  const { status, stdout, error } = spawnSync(program, args, options ?? {});
  if (status !== 0) {
    throw error ?? new Error(`${[program, ...args].join(' ')} ended with ${status}`);
  }
  return { stdout: stdout === null || typeof stdout === 'string' ? new Uint8Array(0) : stdout };
}
