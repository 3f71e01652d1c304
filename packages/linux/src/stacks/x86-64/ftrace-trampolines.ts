import type { Kernel, VirtualAddress } from '@vmcorekit/core';
import { perKernel } from '../../per-kernel.ts';
import { pointer, wide } from '../../reading/fields.ts';
import { structReader } from '../../reading/struct-reader.ts';

const maxTracers = 1024;
const maxTrampolineSizeInBytes = 4096;
/** FTRACE_OPS_FL_SAVE_REGS. Source: Linux, include/linux/ftrace.h. */
const saveRegistersFlag = 1n << 2n;

/**
 * The code that a tracer's trampoline was copied from, at the same distance: its unwind rules are
 * those of the copy. Undefined for any other address. Source: Linux, arch/x86/kernel/unwind_orc.c
 * (orc_ftrace_find), arch/x86/kernel/ftrace.c (create_trampoline).
 */
export function trampolineOrigin(
  kernel: Kernel,
  address: VirtualAddress,
): VirtualAddress | undefined {
  const trampoline = trampolinesOf(kernel).find(
    ({ start, end }) => start <= address && address < end,
  );
  return trampoline === undefined ? undefined : trampoline.origin + (address - trampoline.start);
}

const trampolinesOf = perKernel((kernel: Kernel) => {
  const { symbols, types, memory } = kernel;
  const type = types.struct('ftrace_ops');
  const head = symbols.find('ftrace_ops_list')?.address;
  const plain = symbols.find('ftrace_caller')?.address;
  const saving = symbols.find('ftrace_regs_caller')?.address;
  const members = ['trampoline', 'trampoline_size', 'flags', 'next'] as const;
  if (
    head === undefined ||
    plain === undefined ||
    saving === undefined ||
    members.some((name) => type?.member(name) === undefined)
  ) {
    return [];
  }
  const reader = structReader(kernel, 'ftrace_ops', {
    start: pointer('trampoline'),
    size: pointer('trampoline_size'),
    flags: wide('flags'),
    next: pointer('next'),
  });
  const found: { start: bigint; end: bigint; origin: bigint }[] = [];
  const seen = new Set<VirtualAddress>();
  let next = memory.tryRead(head, 8) === undefined ? 0n : memory.readPointer(head);
  while (next !== 0n && !seen.has(next) && seen.size < maxTracers) {
    seen.add(next);
    const tracer = reader.tryRead(next);
    if (tracer === undefined) {
      break;
    }
    const { start, size, flags } = tracer;
    if (start !== 0n && size > 0n && size <= BigInt(maxTrampolineSizeInBytes)) {
      const origin = (flags & saveRegistersFlag) === 0n ? plain : saving;
      found.push({ start, end: start + size, origin });
    }
    next = tracer.next;
  }
  return found;
});
