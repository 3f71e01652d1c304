import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const vmcorekit: string = fileURLToPath(
  new URL('../../packages/vmcorekit/bin/vmcorekit.cjs', import.meta.url),
);
const stack = fileURLToPath(new URL('./workloads/stack.js', import.meta.url));
const laboratory = fileURLToPath(new URL('../../lab/dist/main.js', import.meta.url));

/**
 * The guests of the laboratory that are measured: the usual one, one whose file has all that drgn
 * and libkdumpfile need, and a large one.
 */
const guests = {
  usual: 'seabios-kaslr',
  told: 'seabios-kaslr-vmcoreinfo',
  large: 'five-gigabytes',
} as const;
/** Of the usual guest. */
const usualMemoryInBytes: number = 512 * 2 ** 20;

export interface Inputs {
  readonly zlib: string;
  readonly flattened: string;
  readonly elf: string;
  /** The usual guest's memory again, written by vmcorekit: lzo, snappy, zstd. */
  readonly rewritten: ReadonlyMap<string, string>;
  /** The ELF dump, repaired, so that makedumpfile accepts it. */
  readonly repairedElf: string;
  readonly toldElf: string;
  readonly largeZlib: string;
  /**
   * The usual guest's memory eight times, so that the start-up cost of threads counts for little:
   * zlib, lzo, snappy.
   */
  readonly stacked: ReadonlyMap<string, string>;
}

/**
 * Has the laboratory make the guests missing from `guestFolder`, and makes the other inputs from
 * them in `workFolder`.
 */
export function findInputs(guestFolder: string, workFolder: string): Inputs {
  const path = (guest: string, name: string): string =>
    join(resolve(guestFolder), guest, `${name}.vmcore`);
  const missing = Object.values(guests).filter((guest) => !existsSync(path(guest, 'elf')));
  if (missing.length > 0) {
    run(laboratory, ['--out', guestFolder, ...missing]);
  }
  mkdirSync(workFolder, { recursive: true });
  const elf = path(guests.usual, 'elf');
  const made = (name: string, args: readonly string[]): string => {
    const to = join(resolve(workFolder), name);
    if (!existsSync(to)) {
      run(vmcorekit, [...args, elf, to]);
    }
    return to;
  };
  const rewritten = ['lzo', 'snappy', 'zstd'].map(
    (method) =>
      [
        method,
        made(`${method}.kdump`, [
          'convert',
          '--no-config',
          '--to',
          'kdump',
          '--compression',
          method,
        ]),
      ] as const,
  );
  const stacked = ['zlib', 'lzo', 'snappy'].map((method) => {
    const to = join(resolve(workFolder), `stacked-${method}.kdump`);
    if (!existsSync(to)) {
      run(stack, [to, String(8 * usualMemoryInBytes), method, elf]);
    }
    return [method, to] as const;
  });
  return {
    zlib: path(guests.usual, 'kdump-raw-zlib'),
    flattened: path(guests.usual, 'kdump-zlib'),
    elf,
    rewritten: new Map(rewritten),
    repairedElf: made('repaired.elf', ['repair', '--no-config']),
    toldElf: path(guests.told, 'elf'),
    largeZlib: path(guests.large, 'kdump-raw-zlib'),
    stacked: new Map(stacked),
  };
}

function run(script: string, args: readonly string[]): void {
  const { status } = spawnSync(process.execPath, [script, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) {
    throw new Error(`${[script, ...args].join(' ')} ended with ${status}`);
  }
}
