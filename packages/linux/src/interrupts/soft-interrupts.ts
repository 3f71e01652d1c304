import { type Kernel, tryRead } from '@vmcorekit/core';
import { countOf } from '../containers/layout.ts';
import { perCpuVariable } from '../containers/per-cpu.ts';
import type { WalkNotes } from '../containers/walk.ts';
import { codePointer } from '../reading/code-pointer.ts';
import { place } from '../reading/fields.ts';
import { knownReader } from '../reading/known-reader.ts';
import { knownText } from '../reading/known-text.ts';
import { readFilled } from '../zero-page.ts';
import type { SoftInterrupt } from './interrupt.ts';

/** Linux has ten since 4.14. */
const limit = 64;
const nameLimitInBytes = 64;

/**
 * The soft interrupts with what each CPU counts of them; null where the kernel's symbols or types
 * do not lead to them. Source: Linux, include/linux/kernel_stat.h (`kstat`), kernel/softirq.c
 * (`softirq_to_name`, `softirq_vec`: a function each).
 */
export function softInterruptsOf(
  kernel: Kernel,
  cpus: readonly number[],
  notes: WalkNotes,
): readonly SoftInterrupt[] | null {
  const { memory, symbols, types } = kernel;
  const count = Math.min(countOf(types, 'kernel_stat', 'softirqs'), limit);
  const stat = knownReader(kernel, 'kernel_stat', { counts: place('softirqs') });
  if (stat === undefined || count === 0 || symbols.find('kstat') === undefined) {
    return null;
  }
  const rows = cpus.map((cpu) => {
    const at = perCpuVariable(kernel, 'kstat', cpu);
    const from = at === undefined ? undefined : stat.tryRead(at)?.counts;
    const counts =
      from === undefined
        ? undefined
        : tryRead(() => {
            readFilled(memory, from, 4 * count);
            return Array.from({ length: count }, (_, index) =>
              memory.readUint32(from + BigInt(4 * index)),
            );
          });
    if (counts === undefined) {
      notes.add({ container: 'kstat', at: at ?? 0n, because: `CPU ${cpu} cannot be read` });
    }
    return counts;
  });
  const word = memory.wordSizeInBits / 8;
  const pointerIn = (table: string, index: number): bigint | undefined => {
    const start = symbols.find(table)?.address;
    return start === undefined
      ? undefined
      : tryRead(() => memory.readPointer(start + BigInt(word * index)));
  };
  return Array.from({ length: count }, (_, index) => {
    const name = pointerIn('softirq_to_name', index);
    const each = rows.map((counts) => counts?.[index]);
    const known = each.filter((value) => value !== undefined);
    return {
      number: index,
      name: name === undefined ? null : (knownText(memory, name, nameLimitInBytes) ?? null),
      handler: codePointer(kernel, pointerIn('softirq_vec', index) ?? 0n),
      counts: known.length === each.length ? known : null,
    };
  });
}
