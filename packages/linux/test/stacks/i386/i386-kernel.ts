import { i386 } from '@vmcorekit/architectures';
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
const base = 0xc0000000n;
const textStart = base + 0x1000n;
/** The one task, and its stack. */
export const task: bigint = base + 0x80000n;
const stackStart = base + 0x90000n;
const stackSizeInBytes = 0x2000;
const ptRegsSizeInBytes = 68;
const paddingInBytes = 8;

const functions = {
  ...{ _stext: 0, sleep: 0x1000, outer: 0x2000, leaf: 0x3000, entry_INT80_32: 0x4000 },
  ...{ asm_common_interrupt: 0x5000, ret_from_fork: 0x6000, kthread: 0x7000 },
  ...{ startup_32_smp: 0x8000 },
} as const;

/** An address in a function. */
export function code(name: keyof typeof functions, offset = 0): bigint {
  return textStart + BigInt(functions[name] + offset);
}

/** An address of the task's stack, by its distance from the end. */
export function onStack(distance: number): bigint {
  return stackStart + BigInt(stackSizeInBytes - distance);
}

/** Where the registers of a program are saved. */
export const programRegisters: bigint = onStack(ptRegsSizeInBytes + paddingInBytes);

/** Values by their address. */
export type Words = Readonly<Record<string, bigint>>;

/** A frame: the caller's frame pointer and the return address. */
export function frame(at: bigint, callerBp: bigint, returnAddress: bigint): Words {
  return { [String(at)]: callerBp, [String(at + 4n)]: returnAddress };
}

/** Words of a `pt_regs` at an address. */
export function ptRegs(
  at: bigint,
  { ebp = 0n, eip = 0n, cs = 0n, esp = 0n }: Readonly<Record<string, bigint>>,
): Words {
  const word = (index: number) => String(at + BigInt(4 * index));
  return { [word(5)]: ebp, [word(12)]: eip, [word(13)]: cs, [word(15)]: esp };
}

export interface I386KernelFields {
  readonly words?: Words;
  /** Bytes of instructions, by the address of the first. */
  readonly instructions?: Readonly<Record<string, readonly number[]>>;
}

/* Built once: reading them costs more than a trace. */
const symbols = symbolList({
  ...Object.fromEntries(
    Object.entries(functions).map(([name, at]) => [name, textStart + BigInt(at)]),
  ),
  _etext: textStart + 0x10000n,
  init_stack: base + 0xa0000n,
  __end_init_stack: base + 0xa0000n + BigInt(stackSizeInBytes),
});
const types = btfTypes(
  cBtf({
    inactive_task_frame: ['u32 flags', 'u32 si', 'u32 di', 'u32 bx', 'u32 bp', 'u32 ret_addr'],
    thread_struct: ['u32 sp'],
    task_struct: ['u32 stack', 'u32 pid', 'u32 on_cpu', 'struct thread_struct thread'],
  }),
  { from: 'BTF', wordSizeInBits: 32 },
);

/** What a call of a function by its address leaves before a return address. */
export function callBefore(returnAddress: bigint, target: bigint): Record<string, number[]> {
  const distance = new Uint8Array(new Int32Array([Number(target - returnAddress)]).buffer);
  return { [String(returnAddress - 5n)]: [0xe8, ...distance] };
}

/** A kernel with one task. `kthread` makes a frame. Each function has calls before some bytes. */
export function i386Kernel({ words = {}, instructions = {} }: I386KernelFields = {}): Kernel {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: mib }] });
  const write = (address: bigint, bytes: readonly number[]) =>
    memory.write(Number(address - base), Uint8Array.from(bytes));
  const calls = Object.keys(functions).flatMap((name) =>
    [0x10, 0x20, 0x30].map((at) => String(code(name as keyof typeof functions, at - 2))),
  );
  const calls16 = Object.fromEntries(calls.map((at) => [at, [0xff, 0xd0]]));
  const made = { [String(code('kthread'))]: [0x55, 0x89, 0xe5] };
  for (const codes of [calls16, made, instructions]) {
    for (const [address, bytes] of Object.entries(codes)) {
      write(BigInt(address), bytes);
    }
  }
  const all = { [String(task)]: stackStart, [String(stackStart)]: 0x57ac6e9dn, ...words };
  for (const [address, word] of Object.entries(all)) {
    write(BigInt(address), [...new Uint8Array(new Uint32Array([Number(word)]).buffer)]);
  }
  return testKernel({
    dump: memoryDump({ memory, architecture: i386 }),
    memory: linearMemory(
      memory,
      [{ virtualAddress: base, physicalAddress: 0, lengthInBytes: mib }],
      { wordSizeInBits: 32 },
    ),
    symbols,
    types,
  });
}

/** The unwinder by frame pointers, opened; or why it does not open. */
export function opened(kernel: Kernel): StackReader | string {
  const unwinder = plugin.unwinders?.find(({ architecture }) => architecture === 'i386');
  return unwinder?.open(kernel) ?? 'there is none';
}

/** The trace from these registers. */
export function trace(
  fields: I386KernelFields,
  registers: Readonly<Record<string, bigint>>,
  isExact = false,
): StackTrace {
  const reader = opened(i386Kernel(fields));
  if (typeof reader === 'string') {
    throw new Error(reader);
  }
  const start = { registers: new Map(Object.entries(registers)), isExact, task, cpu: null };
  return reader.trace(start);
}
