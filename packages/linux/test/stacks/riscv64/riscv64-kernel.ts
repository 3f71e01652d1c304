import { riscv64 } from '@vmcorekit/architectures';
import type { Kernel, StackReader, StackTrace } from '@vmcorekit/core';
import { btfTypes, plugin } from '@vmcorekit/linux';
import {
  cBtf,
  linearMemory,
  memoryDump,
  SparseMemory,
  symbolList,
  testKernel,
} from '@vmcorekit/testing';

const mib = 0x100000;
/** `_start`, and after it the text. */
const imageStart = 0xffffffff80000000n;
const textStart = imageStart + 0x2000n;
const heapStart = 0xff60000000000000n;
/** The one task, and its stack. */
export const task: bigint = heapStart;
const stackStart = heapStart + 0x10000n;
const irqStackStart = heapStart + 0x20000n;
const overflowStackStart = heapStart + 0x30000n;
const perCpu = heapStart + 0x8000n;
const stackSizeInBytes = 0x4000;
const ptRegsSizeInBytes = 288;

const functions = {
  ...{ _stext: 0, sleep: 0x1000, outer: 0x2000, leaf: 0x3000, handle_exception: 0x4000 },
  ...{ ret_from_exception: 0x4100, ret_from_exception_end: 0x4200, ret_from_fork: 0x5000 },
  ...{ kthread: 0x6000, handle_bad_stack: 0x7000, arch_rethook_trampoline: 0x8000 },
} as const;

/** Where a task keeps what it goes on with: ra, sp and s0. */
export const savedContextAt: bigint = task + 16n;

/** An address in a function. */
export function code(name: keyof typeof functions, offset = 0): bigint {
  return textStart + BigInt(functions[name] + offset);
}

/** The code that starts a CPU. */
export const bootEntry: bigint = imageStart + 0x1174n;

/** An address of the task's stack, by its distance from the end. */
export function onStack(distance: number): bigint {
  return stackStart + BigInt(stackSizeInBytes - distance);
}

/** The same of the interrupt stack of CPU 0. */
export function onIrqStack(distance: number): bigint {
  return irqStackStart + BigInt(stackSizeInBytes - distance);
}

/** Where registers are saved at the end of the task's stack, and of CPU 0's for overflows. */
export const programRegisters: bigint = onStack(ptRegsSizeInBytes);
export const overflowRegisters: bigint = overflowStackStart + BigInt(4096 - ptRegsSizeInBytes);

/** A frame that ends at an address: its caller's frame pointer and the return address. */
export function frame(end: bigint, callerFp: bigint, returnAddress: bigint): Words {
  return { [String(end - 16n)]: callerFp, [String(end - 8n)]: returnAddress };
}

/** Words of a `pt_regs` at an address: epc, ra, sp, s0 and status. */
export function ptRegs(
  at: bigint,
  { epc = 0n, ra = 0n, sp = 0n, s0 = 0n, status = 0n }: Readonly<Record<string, bigint>>,
): Words {
  const word = (index: number) => String(at + BigInt(8 * index));
  return { [word(0)]: epc, [word(1)]: ra, [word(2)]: sp, [word(8)]: s0, [word(32)]: status };
}

/** Values by their address. */
export type Words = Readonly<Record<string, bigint>>;

export interface Riscv64KernelFields {
  readonly words?: Words;
  /** Instructions in halves of 16 bits, by the address of the first. */
  readonly instructions?: Readonly<Record<string, readonly number[]>>;
}

/** A kernel with one task and one CPU. */
export function riscv64Kernel({ words = {}, instructions = {} }: Riscv64KernelFields = {}): Kernel {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: 2 * mib }] });
  const physical = (address: bigint) =>
    address >= imageStart ? Number(address - imageStart) : mib + Number(address - heapStart);
  const all: Words = {
    [String(task)]: stackStart,
    [String(stackStart)]: 0x57ac6e9dn,
    [String(perCpu)]: irqStackStart,
    [String(heapStart + 0x7000n)]: 1n,
    [String(heapStart + 0x7008n)]: 1n,
    ...words,
  };
  for (const [address, word] of Object.entries(all)) {
    memory.writeUint64(physical(BigInt(address)), word);
  }
  for (const [address, halves] of Object.entries(instructions)) {
    const bytes = new Uint8Array(Uint16Array.from(halves).buffer);
    memory.write(physical(BigInt(address)), bytes);
  }
  return testKernel({
    dump: memoryDump({ memory, architecture: riscv64 }),
    memory: linearMemory(memory, [
      { virtualAddress: imageStart, physicalAddress: 0, lengthInBytes: mib },
      { virtualAddress: heapStart, physicalAddress: mib, lengthInBytes: mib },
    ]),
    vmcoreinfo: '',
    cpus: [],
    symbols: symbolList({
      ...Object.fromEntries(
        Object.entries(functions).map(([name, at]) => [name, textStart + BigInt(at)]),
      ),
      _start: imageStart,
      _etext: textStart + 0x10000n,
      irq_stack_ptr: perCpu,
      overflow_stack: overflowStackStart,
      nr_cpu_ids: heapStart + 0x7000n,
      __cpu_possible_mask: heapStart + 0x7008n,
      __per_cpu_offset: heapStart + 0x7010n,
      init_stack: heapStart + 0x80000n,
      __end_init_stack: heapStart + 0x80000n + BigInt(stackSizeInBytes),
    }),
    types: btfTypes(
      cBtf({
        pt_regs: ['u64 words[36]'],
        thread_struct: ['u64 ra', 'u64 sp', 'u64 s[12]'],
        task_struct: ['void *stack', 'u32 pid', 'u32 on_cpu', 'struct thread_struct thread'],
      }),
      { from: 'BTF', wordSizeInBits: 64 },
    ),
  });
}

/** The unwinder by frame pointers, opened; or why it does not open. */
export function opened(kernel: Kernel): StackReader | string {
  const unwinder = plugin.unwinders?.find(({ architecture }) => architecture === 'riscv64');
  return unwinder?.open(kernel) ?? 'there is none';
}

/** The same, which must open. */
export function readerOf(kernel: Kernel): StackReader {
  const reader = opened(kernel);
  if (typeof reader === 'string') {
    throw new Error(reader);
  }
  return reader;
}

/** The trace from these registers. */
export function trace(
  fields: Riscv64KernelFields,
  registers: Readonly<Record<string, bigint>>,
  isExact = false,
): StackTrace {
  const start = { registers: new Map(Object.entries(registers)), isExact, task, cpu: 0 };
  return readerOf(riscv64Kernel(fields)).trace(start);
}
