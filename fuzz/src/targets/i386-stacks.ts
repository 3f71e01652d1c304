import { i386 } from '@vmcorekit/architectures';
import type { Kernel } from '@vmcorekit/core';
import { btfTypes, plugin } from '@vmcorekit/linux';
import { cBtf, symbolList } from '@vmcorekit/testing';
import { kernelOfInput } from '../kernel-of-input.ts';
import { Broken, type FuzzTarget } from '../target.ts';
import { checkTrace } from './stacks.ts';

/** The memory of the kernel is the input, from here on: code, a task and its stack. */
const start = 0xc000_0000n;
const sizeInBytes = 0x4000;
const at = (offset: number): bigint => start + BigInt(offset);
const places = { task: 0x1000, stack: 0x2000 };
const stackSizeInBytes = 0x2000;
const registersAt = places.stack + stackSizeInBytes - 68 - 8;

const types = btfTypes(
  cBtf({
    inactive_task_frame: ['u32 flags', 'u32 si', 'u32 di', 'u32 bx', 'u32 bp', 'u32 ret_addr'],
    thread_struct: ['u32 sp'],
    task_struct: ['u32 stack', 'struct thread_struct thread'],
  }),
  { wordSizeInBits: 32 },
);
/** Functions of 64 bytes, each with a call before its byte 32. */
const symbols = symbolList({
  ...Object.fromEntries(
    Array.from({ length: 61 }, (_, index) => [`function_${index}`, at(64 * index)]),
  ),
  entry_INT80_32: at(64 * 61),
  asm_common_interrupt: at(64 * 62),
  ret_from_fork: at(64 * 63),
  _stext: start,
  _etext: at(places.task),
  init_stack: at(places.stack),
  __end_init_stack: at(places.stack + stackSizeInBytes),
});

/** A chain through an interrupt to a program. */
function seed(): Uint8Array {
  const bytes = new Uint8Array(sizeInBytes);
  const view = new DataView(bytes.buffer);
  const put = (place: number, ...words: readonly bigint[]) => {
    for (const [index, word] of words.entries()) {
      view.setUint32(place + 4 * index, Number(word), true);
    }
  };
  for (let index = 0; index < 64; index++) {
    bytes.set([0x55, 0x89, 0xe5], 64 * index);
    bytes.set([0xff, 0xd0], 64 * index + 30);
  }
  const interrupt = places.stack + 0x1000;
  put(places.task, at(places.stack), at(places.stack + 0x800));
  put(places.stack + 0x900, at(interrupt - 8), at(64 * 2 + 32));
  put(interrupt - 8, at(interrupt) & 0x7fff_ffffn, at(64 * 62 + 32));
  put(interrupt + 20, at(interrupt + 0x100));
  put(interrupt + 48, at(64 * 3 + 8), 0x2000_0060n, 0n, at(interrupt + 0x80));
  put(interrupt + 0x100, at(registersAt - 8), at(64 * 4 + 32));
  put(registersAt - 8, 0xbf00_1000n, at(64 * 61 + 32));
  put(registersAt + 48, 0x804_8000n, 0x73n, 0n, 0xbf00_0000n);
  return bytes;
}

function kernelOf(bytes: Uint8Array): Kernel {
  return kernelOfInput(bytes, { architecture: i386, start, sizeInBytes, symbols, types });
}

export const i386Stacks: FuzzTarget = {
  name: 'i386-stacks',
  summary: 'kernel memory of i386 with a stack of frame pointers',
  seeds: () => [seed()],
  run(bytes) {
    const words: string[] = [];
    const unwinder = plugin.unwinders?.find(({ architecture }) => architecture === i386.name);
    const reader = unwinder?.open(kernelOf(bytes));
    if (reader === undefined) {
      throw new Broken('there is no unwinder of i386');
    }
    if (typeof reader === 'string') {
      return reader;
    }
    for (const isExact of [false, true]) {
      const registers = new Map([
        ['eip', at(64 + 8)],
        ['esp', at(places.stack + 0x880)],
        ['ebp', at(places.stack + 0x900)],
        ['cs', 0x60n],
      ]);
      const trace = reader.trace({ registers, isExact, task: at(places.task), cpu: null });
      checkTrace(trace, true);
      words.push(`${trace.by} ${trace.end.reason} ${Math.min(8, trace.frames.length)}`);
    }
    return words.join(', ');
  },
};
