import {
  isZero,
  type Kernel,
  type KernelMemory,
  tryRead,
  utf8Text,
  type VirtualAddress,
} from '@vmcorekit/core';
import { perKernel } from '../per-kernel.ts';
import { pointer } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { isInZeroPage } from '../zero-page.ts';

/** The kernel's own limit may be 6 MB; the longest that a shell gives has 128 KiB. */
const maxTextInBytes = 128 * 1024;

/** Texts that a process keeps one after the other in its own memory. */
export interface UserTexts {
  /** `…` stands for lost bytes at the begin or the end of one. */
  readonly texts: readonly string[];
  /** A sentence where some are missing: their page is lost or swapped out, or they are too many. */
  readonly because: string | null;
}

/** What a process was started with. Null where not even its place can be read. */
export interface Arguments {
  readonly commandLine: UserTexts | null;
  readonly environment: UserTexts | null;
}

const mmReaderOf = perKernel((kernel: Kernel) =>
  knownReader(kernel, 'mm_struct', {
    pgd: pointer('pgd'),
    argumentStart: pointer('arg_start'),
    argumentEnd: pointer('arg_end'),
    environmentStart: pointer('env_start'),
    environmentEnd: pointer('env_end'),
  }),
);

/**
 * The memory of a process, through its own page tables. Undefined where they cannot be found. `mm`
 * holds the kernel's half of them where the kernel isolates its page tables.
 */
export function userMemoryOf(kernel: Kernel, mm: VirtualAddress): KernelMemory | undefined {
  const pgd = mmReaderOf(kernel)?.tryRead(mm)?.pgd;
  const table =
    pgd === undefined ? undefined : tryRead(() => kernel.memory.translate(pgd).physicalAddress);
  const mmu = kernel.dump.architecture?.mmu;
  // All processes have as many levels as the kernel.
  const root =
    table === undefined
      ? undefined
      : (mmu?.programRootAt?.(table, kernel.root) ??
        mmu?.rootsAt(table).find(({ levels }) => levels === kernel.root.levels));
  return root === undefined ? undefined : kernel.memoryThrough(root);
}

/** The command line and the environment of a process, as /proc shows them. */
export function argumentsOf(kernel: Kernel, mm: VirtualAddress): Arguments {
  const values = mmReaderOf(kernel)?.tryRead(mm);
  const memory = values === undefined ? undefined : userMemoryOf(kernel, mm);
  if (values === undefined || memory === undefined) {
    return { commandLine: null, environment: null };
  }
  const { argumentStart, argumentEnd, environmentStart, environmentEnd } = values;
  return {
    commandLine:
      overwritten(memory, argumentStart, argumentEnd, environmentEnd) ??
      textsAt(memory, argumentStart, argumentEnd),
    environment: textsAt(memory, environmentStart, environmentEnd),
  };
}

/**
 * A process may write one text of its own over its command line. Then its last byte is no NUL, and
 * the text may go on into the environment. Source: Linux, fs/proc/base.c (get_mm_proctitle).
 */
function overwritten(
  memory: KernelMemory,
  start: VirtualAddress,
  end: VirtualAddress,
  environmentEnd: VirtualAddress,
): UserTexts | undefined {
  const last = end > start ? memory.tryRead(end - 1n, 1) : undefined;
  if (last === undefined || last[0] === 0) {
    return undefined;
  }
  const { texts, because } = textsAt(memory, start, environmentEnd > end ? environmentEnd : end);
  return { texts: texts.slice(0, 1), because };
}

function textsAt(memory: KernelMemory, start: VirtualAddress, end: VirtualAddress): UserTexts {
  if (end <= start) {
    return { texts: [], because: null };
  }
  const size = end - start > BigInt(maxTextInBytes) ? maxTextInBytes : Number(end - start);
  const texts: string[] = [];
  const stretch = new Uint8Array(size);
  let from = 0;
  const pageSizeInBytes = memory.root.basePageSizeInBytes;
  let lost = 0;
  for (let done = 0; done < size; ) {
    const inPage = Number((start + BigInt(done)) % BigInt(pageSizeInBytes));
    const length = Math.min(size - done, pageSizeInBytes - inPage);
    const piece = memory.tryRead(start + BigInt(done), length);
    // Texts fill the pages from their first to their last.
    const isLost =
      piece === undefined || (isZero(piece) && isInZeroPage(memory, start + BigInt(done)));
    if (isLost) {
      texts.push(...split(stretch.subarray(from, done), from > 0, true));
      lost += length;
      from = done + length;
    } else {
      stretch.set(piece, done);
    }
    done += length;
  }
  texts.push(...split(stretch.subarray(from), from > 0, false));
  while (texts.at(-1) === '') {
    texts.pop();
  }
  return {
    texts,
    because:
      lost > 0
        ? `${lost} of ${size} bytes are not in the dump: lost, or swapped out`
        : end - start > BigInt(size)
          ? `only the first ${size} of ${end - start} bytes were read`
          : null,
  };
}

/** Each ends with a NUL. `…` stands where the bytes before or after are lost. */
function split(bytes: Uint8Array, isBeginLost: boolean, isEndLost: boolean): string[] {
  const texts: string[] = [];
  let from = 0;
  while (from < bytes.length) {
    const found = bytes.indexOf(0, from);
    const end = found < 0 ? bytes.length : found;
    const begin = from === 0 && isBeginLost ? '…' : '';
    const rest = found < 0 && isEndLost ? '…' : '';
    texts.push(`${begin}${utf8Text(bytes.subarray(from, end))}${rest}`);
    from = end + 1;
  }
  return texts;
}
