import { x8664 } from '@vmcorekit/architectures';
import type { Kernel, StackTrace } from '@vmcorekit/core';
import { btfTypes, plugin } from '@vmcorekit/linux';
import { structsBtf, symbolList } from '@vmcorekit/testing';
import { kernelOfInput } from '../kernel-of-input.ts';
import { type FuzzTarget, must } from '../target.ts';

/** The memory of the kernel is the input, from here on: code, tables, a task and its stack. */
const start = 0xffffffff81000000n;
const sizeInBytes = 0x4000;
const at = (offset: number): bigint => start + BigInt(offset);
const entryCount = 64;
const places = { addresses: 0x800, entries: 0x1000, lookup: 0x1400, task: 0x1800, stack: 0x2000 };
const stackSizeInBytes = 0x1000;
const maxFrames = 512;

const types = btfTypes(
  structsBtf({
    task_struct: {
      size: 64,
      members: {
        stack: [0, 'pointer'],
        pid: 8,
        rethooks: [16, 'pointer'],
        ret_stack: [24, 'pointer'],
        curr_ret_stack: 32,
      },
    },
    rethook_node: {
      size: 48,
      members: { llist: 0, ret_addr: [8, 'pointer'], frame: [16, 'pointer'] },
    },
    ftrace_ret_stack: { size: 32, members: { ret: [0, 'pointer'], retp: [24, 'pointer'] } },
    bpf_ksym: {
      size: 64,
      members: { start: [0, 'pointer'], end: [8, 'pointer'], name: 16, lnode: 32 },
    },
    orc_entry: { size: 6, members: { signal: 5 } },
  }),
  { wordSizeInBits: 64 },
);

/** Functions of 64 bytes; each calls the next one. */
const symbols = symbolList({
  ...Object.fromEntries(
    Array.from({ length: 30 }, (_, index) => [`function_${index}`, at(64 * index)]),
  ),
  arch_rethook_trampoline: at(64 * 30),
  return_to_handler: at(64 * 31),
  _stext: start,
  _etext: at(places.addresses),
  __start_orc_unwind_ip: at(places.addresses),
  __stop_orc_unwind_ip: at(places.addresses + 4 * entryCount),
  __start_orc_unwind: at(places.entries),
  __stop_orc_unwind: at(places.entries + 6 * entryCount),
  orc_lookup: at(places.lookup),
  orc_lookup_end: at(places.lookup + 4 * 9),
  bpf_kallsyms: at(places.task + 0x200),
  init_stack: at(places.stack),
  __end_init_stack: at(places.stack + stackSizeInBytes),
});

/** Six kinds of rules, and a stack on which each of them is used. */
function seed(): Uint8Array {
  const bytes = new Uint8Array(sizeInBytes);
  const view = new DataView(bytes.buffer);
  for (let index = 0; index < entryCount; index++) {
    const own = places.addresses + 4 * index;
    view.setInt32(own, 32 * index - own, true);
    const entry = places.entries + 6 * index;
    const kind = index === 40 ? 1 : index === 20 ? 3 : index === 24 ? 4 : index === 60 ? 0 : 2;
    view.setInt16(entry, kind === 2 ? 16 : 0, true);
    view.setInt16(entry + 2, -16, true);
    view.setUint16(entry + 4, 5 | ((index % 3 === 0 ? 1 : 0) << 4) | (kind << 8), true);
  }
  for (let block = 0; block < 9; block++) {
    view.setUint32(places.lookup + 4 * block, 8 * block, true);
  }
  view.setBigUint64(places.task, at(places.stack), true);
  view.setBigUint64(places.task + 16, at(places.task + 0x100), true);
  view.setBigUint64(places.task + 0x108, at(0x290), true);
  view.setBigUint64(places.task + 0x110, at(places.stack + 0x88), true);
  for (let word = 0; word < stackSizeInBytes / 8; word++) {
    const code = word === 0x11 ? 64 * 30 : (97 * word) % places.addresses;
    view.setBigUint64(places.stack + 8 * word, at(code), true);
  }
  for (let index = 0; index < 29; index++) {
    bytes.set([0x55, 0x48, 0x89, 0xe5], 64 * index);
    bytes.set([0xe8, 0x13, 0, 0, 0], 64 * index + 40);
  }
  return bytes;
}

function kernelOf(bytes: Uint8Array): Kernel {
  return kernelOfInput(bytes, { architecture: x8664, start, sizeInBytes, symbols, types });
}

/**
 * What every trace keeps, whatever the memory holds. A leaf function of arm64 may leave the stack
 * pointer where its caller has it.
 */
export function checkTrace({ frames, end }: StackTrace, mayStay: boolean): void {
  must(frames.length >= 1 && frames.length <= maxFrames, 'a trace has a bounded number of frames');
  must(end.isComplete || end.detail !== null, 'an incomplete trace says why');
  for (const [index, frame] of frames.entries()) {
    const before = frames[index - 1];
    const isRising =
      before === undefined ||
      frame.kind === 'user' ||
      frame.stackPointer === null ||
      frame.stack !== before.stack ||
      frame.stackPointer > (before.stackPointer ?? 0n) ||
      (mayStay && before.kind !== 'return' && frame.stackPointer === before.stackPointer);
    must(isRising, 'the stack pointer rises');
  }
}

export const stacks: FuzzTarget = {
  name: 'stacks',
  summary: 'kernel memory with a stack, its code and its unwind tables',
  seeds: () => [seed()],
  run(bytes) {
    const words: string[] = [];
    for (const unwinder of plugin.unwinders ?? []) {
      if (unwinder.architecture !== x8664.name) {
        continue;
      }
      const reader = unwinder.open(kernelOf(bytes));
      if (typeof reader === 'string') {
        words.push(`${unwinder.name}: ${reader.replaceAll(/\d+/g, '#')}`);
        continue;
      }
      for (const isExact of [false, true]) {
        const registers = new Map([
          ['cs', 0x10n],
          ['rip', at(0x90)],
          ['rsp', at(places.stack + 0x40)],
          ['rbp', at(places.stack + 0x100)],
        ]);
        const trace = reader.trace({ registers, isExact, task: at(places.task), cpu: null });
        checkTrace(trace, false);
        words.push(`${trace.by} ${trace.end.reason} ${Math.min(8, trace.frames.length)}`);
      }
    }
    return words.join(', ');
  },
};
