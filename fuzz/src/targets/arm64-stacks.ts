import { arm64 } from '@vmcorekit/architectures';
import type { Kernel } from '@vmcorekit/core';
import { btfTypes, plugin } from '@vmcorekit/linux';
import { cBtf, symbolList } from '@vmcorekit/testing';
import { kernelOfInput } from '../kernel-of-input.ts';
import { Broken, type FuzzTarget } from '../target.ts';
import { checkTrace } from './stacks.ts';

/** The memory of the kernel is the input, from here on: code, a task and two stacks. */
const start = 0xffff800080000000n;
const sizeInBytes = 0x4000;
const at = (offset: number): bigint => start + BigInt(offset);
const places = { data: 0x1000, task: 0x1100, stack: 0x2000, irqStack: 0x3000 };
const stackSizeInBytes = 0x1000;
const registersAt = places.stack + stackSizeInBytes;

const ptRegs = ['u64 regs[31]', 'u64 sp', 'u64 pc', 'u64 pstate'];
/** `pt_regs` up to Linux 6.12, and in 7.3; where its frame record lies. */
const forms = [
  { end: ['u64 more[4]', 'u64 stackframe[2]', 'u64 last[2]'], size: 336, record: 304 },
  { end: ['u64 more[3]', 'struct frame_record_meta stackframe'], size: 320, record: 296 },
].map(({ end, size, record }) => ({
  record: registersAt - size + record,
  types: btfTypes(
    cBtf({
      frame_record_meta: ['u64 fp', 'u64 lr', 'u64 type'],
      pt_regs: [...ptRegs, ...end],
      cpu_context: ['u64 x19[10]', 'u64 fp', 'u64 sp', 'u64 pc'],
      thread_struct: ['struct cpu_context cpu_context'],
      task_struct: [
        ...['void *stack', 'struct thread_struct thread', 'void *kretprobe_instances'],
        ...['void *ret_stack', 'u32 curr_ret_stack'],
      ],
      kretprobe_instance: ['void *llist', 'void *ret_addr', 'void *fp'],
      ftrace_ret_stack: ['void *ret', 'void *func', 'void *fp', 'void *retp'],
    }),
    { wordSizeInBits: 64 },
  ),
}));

/** Functions of 64 bytes; each calls the next one. */
const symbols = symbolList({
  ...Object.fromEntries(
    Array.from({ length: 28 }, (_, index) => [`function_${index}`, at(64 * index)]),
  ),
  __entry_text_start: at(64 * 28),
  __entry_text_end: at(64 * 30),
  __kretprobe_trampoline: at(64 * 30),
  return_to_handler: at(64 * 31),
  _stext: start,
  _etext: at(places.data),
  nr_cpu_ids: at(places.data),
  __cpu_possible_mask: at(places.data + 8),
  __per_cpu_offset: at(places.data + 16),
  irq_stack_ptr: at(places.data + 24),
  init_stack: at(places.stack),
  __end_init_stack: at(places.stack + stackSizeInBytes),
});

/** A chain from the interrupt stack through an interrupted function to a program. */
function seed({ record }: { readonly record: number }): Uint8Array {
  const bytes = new Uint8Array(sizeInBytes);
  const view = new DataView(bytes.buffer);
  const put = (place: number, ...words: readonly bigint[]) => {
    for (const [index, word] of words.entries()) {
      view.setBigUint64(place + 8 * index, word, true);
    }
  };
  for (let index = 0; index < 30; index++) {
    view.setUint32(64 * index + 32, 0x9400_0000 | 8, true);
  }
  put(places.data, 1n, 1n, 0n, at(places.irqStack));
  put(places.task, at(places.stack));
  put(places.irqStack + 0x200, at(places.stack + 0x400), at(0x90));
  put(places.stack + 0x400, at(places.stack + 0x500), at(64 * 28 + 36));
  put(places.stack + 0x500, at(places.stack + 0x700), at(64 * 3 + 36));
  put(places.stack + 0x700, at(places.stack + 0x800), at(64 * 30));
  put(places.stack + 0x800, at(record), at(64 * 28 + 40));
  put(places.task + 112, at(places.task + 0x80));
  put(places.task + 0x80, 0n, at(64 * 5 + 36), at(places.stack + 0x800));
  put(record, 0n, 0n, 1n);
  return bytes;
}

function kernelOf(bytes: Uint8Array, types: Kernel['types']): Kernel {
  return kernelOfInput(bytes, {
    architecture: arm64,
    start,
    sizeInBytes,
    vmcoreinfo: 'NUMBER(KERNELPACMASK)=0x0\n',
    symbols,
    types,
  });
}

export const arm64Stacks: FuzzTarget = {
  name: 'arm64-stacks',
  summary: 'kernel memory of arm64 with stacks and their frame records',
  seeds: () => forms.map(seed),
  run(bytes) {
    const words: string[] = [];
    const unwinder = plugin.unwinders?.find(({ architecture }) => architecture === arm64.name);
    for (const { types } of forms) {
      const reader = unwinder?.open(kernelOf(bytes, types));
      if (typeof reader !== 'object') {
        throw new Broken('the unwinder needs symbols alone');
      }
      for (const isExact of [false, true]) {
        const registers = new Map([
          ['pc', at(0x90)],
          ['sp', at(places.irqStack + 0x180)],
          ['x29', at(places.irqStack + 0x200)],
          ['x30', at(0x64)],
          ['pstate', 0x3c5n],
        ]);
        const trace = reader.trace({ registers, isExact, task: at(places.task), cpu: 0 });
        checkTrace(trace, true);
        words.push(`${trace.by} ${trace.end.reason} ${Math.min(8, trace.frames.length)}`);
      }
    }
    return words.join(', ');
  },
};
