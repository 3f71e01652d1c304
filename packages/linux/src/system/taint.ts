import { isInZeroPage } from '../zero-page.ts';
import { type Fact, notProved, proved } from './fact.ts';
import { readVariable, type Variables } from './read-variable.ts';

/** One reason why developers trust a kernel less. */
export interface TaintFlag {
  /** Its bit in the mask. */
  readonly bit: number;
  /** As the kernel prints it; null for one that is newer than this list. */
  readonly letter: string | null;
  readonly meaning: string;
}

export interface Taint {
  /** As /proc/sys/kernel/tainted prints it. */
  readonly mask: number;
  readonly flags: readonly TaintFlag[];
}

/**
 * Letters by bit. Source: Linux, include/linux/panic.h (TAINT_*) and
 * Documentation/admin-guide/tainted-kernels.rst; bit 18 since 6.0, bit 19 since 6.15.
 */
const known: readonly (readonly [letter: string, meaning: string])[] = [
  ['P', 'a proprietary module was loaded'],
  ['F', 'a module was loaded by force'],
  ['S', 'the processor or the system is out of its specification'],
  ['R', 'a module was unloaded by force'],
  ['M', 'the processor reported a machine check'],
  ['B', 'a page was bad, or its flags were unexpected'],
  ['U', 'a program in user space asked for the taint'],
  ['D', 'the kernel died before: an oops or a BUG'],
  ['A', 'an ACPI table was overridden'],
  ['W', 'the kernel printed a warning'],
  ['C', 'a staging driver was loaded'],
  ['I', 'the kernel works around a severe firmware bug'],
  ['O', 'a module from outside the kernel tree was loaded'],
  ['E', 'a module without a valid signature was loaded'],
  ['L', 'a soft lockup occurred'],
  ['K', 'the kernel was patched while it ran'],
  ['X', 'a taint that the distributor defines'],
  ['T', 'structures were randomized when the kernel was built'],
  ['N', 'an in-kernel test was run'],
  ['J', 'user space used a debugging operation of fwctl that changes things'],
];
/** More than any kernel has. */
const maxBits = 32n;

/** Source: Linux, kernel/panic.c (`tainted_mask`, an unsigned long; `tainted` before 2.6.28). */
export function taintOf(kernel: Variables): Fact<Taint> {
  return readVariable(kernel, ['tainted_mask'], (address, name): Fact<Taint> => {
    const mask = kernel.memory.readPointer(address);
    if (mask === 0n && isInZeroPage(kernel.memory, address)) {
      return notProved(`${name} lies in a page of zeros, as one that was wiped`);
    }
    return mask >> maxBits === 0n
      ? proved({ mask: Number(mask), flags: flagsOf(mask) }, name)
      : notProved(`${name} holds flags that no kernel has`);
  });
}

/** The letters of a mask, as the kernel prints them; `?` for a flag newer than this list. */
export function taintLetters(mask: bigint): string {
  return flagsOf(mask)
    .map(({ letter }) => letter ?? '?')
    .join('');
}

function flagsOf(mask: bigint): TaintFlag[] {
  return Array.from({ length: Number(maxBits) }, (_, bit) => bit)
    .filter((bit) => ((mask >> BigInt(bit)) & 1n) === 1n)
    .map((bit) => {
      const [letter, meaning] = known[bit] ?? [null, 'a flag newer than this version of vmcorekit'];
      return { bit, letter, meaning };
    });
}
