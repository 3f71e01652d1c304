import { type Kernel, VmcorekitError } from '@vmcorekit/core';
import { readWords } from '../memory/longs.ts';
import { number, pointer, text } from '../reading/fields.ts';
import { structReader } from '../reading/struct-reader.ts';

/** CHRDEV_MAJOR_HASH_SIZE and BLKDEV_MAJOR_HASH_SIZE. Source: include/linux/fs.h, block/genhd.c. */
const hashSize = 255;
const maxEntries = 2 ** 16;

/** A major number that a driver has, as /proc/devices lists them. */
export interface DeviceNumber {
  readonly address: bigint;
  readonly major: number;
  /** Of character devices: the first minor number. Null for block devices. */
  readonly firstMinor: number | null;
  /** How many minor numbers. */
  readonly minors: number | null;
  readonly name: string;
}

/**
 * Which driver has which major number, by number. `isComplete` is false where a chain is torn.
 * Throws `unknown-name` where symbols or types lack them. Source: Linux, fs/char_dev.c (chrdevs),
 * block/genhd.c (major_names).
 */
export function readDeviceNumbers(
  kernel: Kernel,
  kind: 'character' | 'block',
): { readonly numbers: readonly DeviceNumber[]; readonly isComplete: boolean } {
  const isBlock = kind === 'block';
  const table = isBlock ? 'major_names' : 'chrdevs';
  const at = kernel.symbols.find(table)?.address;
  if (at === undefined) {
    throw new VmcorekitError('unknown-name', { kind: 'variable', name: table, known: [] });
  }
  const common = { next: pointer('next'), major: number('major'), name: text('name') };
  const block = isBlock ? structReader(kernel, 'blk_major_name', common) : undefined;
  const character = isBlock
    ? undefined
    : structReader(kernel, 'char_device_struct', {
        ...common,
        firstMinor: number('baseminor'),
        minors: number('minorct'),
      });
  const numbers: DeviceNumber[] = [];
  const seen = new Set<bigint>();
  let isComplete = true;
  for (let address of readWords(kernel.memory, at, hashSize)) {
    while (address !== 0n) {
      const own = character?.tryRead(address);
      const values = own ?? block?.tryRead(address);
      if (values === undefined || seen.has(address) || seen.size >= maxEntries) {
        isComplete = false;
        break;
      }
      seen.add(address);
      numbers.push({
        address,
        major: values.major,
        firstMinor: own?.firstMinor ?? null,
        minors: own?.minors ?? null,
        name: values.name,
      });
      address = values.next;
    }
  }
  return {
    numbers: numbers.toSorted((one, other) => one.major - other.major),
    isComplete,
  };
}
