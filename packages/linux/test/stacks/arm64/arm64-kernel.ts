import { arm64 } from '@vmcorekit/architectures';
import type { ByteOrder, Kernel, StackReader } from '@vmcorekit/core';
import { btfTypes, plugin } from '@vmcorekit/linux';
import {
  type CMembers,
  cBtf,
  linearMemory,
  memoryDump,
  SparseMemory,
  symbolList,
  testKernel,
} from '@vmcorekit/testing';

const mib = 0x100000;
const textStart = 0xffff800080000000n;
const textSizeInBytes = 0x10000;
const heapStart = 0xffff800081000000n;
/** The one task, and its stack. */
export const task: bigint = heapStart;
/** The task that CPU 0 runs, by default. */
export const idleTask: bigint = heapStart + 0x1000n;
/** Where CPU 0 keeps its current task. */
export const currentTaskAt: bigint = heapStart + 0x8008n;
const stackStart = heapStart + 0x10000n;
const irqStackStart = heapStart + 0x20000n;
export const stackSizeInBytes = 0x4000;
/** The second of two CPUs has its own data here. */
const perCpuOffset = 0x1000n;

/** Where the record of `pt_regs` lies, by the form that a kernel has. */
const forms = {
  plain: { size: 336, record: 304, end: ['u64 more[4]', 'u64 stackframe[2]', 'u64 last[2]'] },
  typed: { size: 320, record: 296, end: ['u64 more[3]', 'struct frame_record_meta stackframe'] },
} as const;
export type Form = keyof typeof forms;

const functions = {
  ...{ _stext: 0, entry: 0x100, entry_end: 0x200, sleep: 0x1000, outer: 0x2000, leaf: 0x3000 },
  ...{ handler: 0x4000, ret_from_fork: 0x5000, __kretprobe_trampoline: 0x6000 },
  ...{ return_to_handler: 0x7000, call_on_irq_stack: 0x8000 },
} as const;

/** Where a task keeps what it goes on with: fp, sp and pc. */
export const savedContextAt: bigint = task + 96n;
/** After the members that every test's task has. */
export const taskEnd: bigint = task + 120n;

/** An address in a function. */
export function code(name: keyof typeof functions, offset: number = 0): bigint {
  return textStart + BigInt(functions[name] + offset);
}

/** An address of the task's stack, by its distance from the end. */
export function onStack(distance: number): bigint {
  return stackStart + BigInt(stackSizeInBytes - distance);
}

/** The same of the interrupt stack of CPU 0. */
export function onIrqStack(distance: number): bigint {
  return irqStackStart + BigInt(stackSizeInBytes - distance);
}

/** Where a form of `pt_regs` lies at the end of the task's stack. */
export function programRegisters(form: Form = 'plain'): bigint {
  return onStack(forms[form].size);
}

/** The frame record in a `pt_regs`. */
export function recordIn(registers: bigint, form: Form = 'plain'): bigint {
  return registers + BigInt(forms[form].record);
}

export interface Arm64KernelFields {
  readonly form?: Form;
  readonly byteOrder?: ByteOrder;
  readonly words?: Readonly<Record<string, bigint>>;
  /** Instructions by their address. */
  readonly instructions?: Readonly<Record<string, number>>;
  readonly vmcoreinfo?: string;
  /** Further members of the task, from `taskEnd` on. */
  readonly taskMembers?: CMembers;
  readonly structs?: Readonly<Record<string, CMembers>>;
  readonly cpus?: Kernel['cpus'];
}

/** Words of a `pt_regs` at an address: x29, x30, sp, pc and pstate. */
export function ptRegs(
  at: bigint,
  { x29 = 0n, x30 = 0n, sp = 0n, pc = 0n, pstate = 0n },
): Record<string, bigint> {
  return Object.fromEntries(
    [x29, x30, sp, pc, pstate].map((word, index) => [String(at + BigInt(8 * (29 + index))), word]),
  );
}

/** A frame record at an address. */
export function record(at: bigint, next: bigint, returnAddress: bigint): Record<string, bigint> {
  return { [String(at)]: next, [String(at + 8n)]: returnAddress };
}

/** A kernel with one task and two CPUs. */
export function arm64Kernel({
  form = 'plain',
  byteOrder = 'little',
  words = {},
  instructions = {},
  vmcoreinfo = 'NUMBER(KERNELPACMASK)=0x0\n',
  taskMembers = [],
  structs = {},
  cpus = [],
}: Arm64KernelFields = {}): Kernel {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: 2 * mib }], byteOrder });
  const physical = (address: bigint) =>
    address < heapStart ? Number(address - textStart) : mib + Number(address - heapStart);
  const perCpu = heapStart + 0x8000n;
  const all: Record<string, bigint> = {
    [String(task)]: stackStart,
    [String(stackStart)]: 0x57ac6e9dn,
    [String(perCpu)]: irqStackStart,
    [String(currentTaskAt)]: idleTask,
    [String(perCpu + perCpuOffset)]: irqStackStart + 0x10000n,
    [String(heapStart + 0x7000n)]: 2n,
    [String(heapStart + 0x7008n)]: 3n,
    [String(heapStart + 0x7018n)]: perCpuOffset,
    ...words,
  };
  for (const [address, word] of Object.entries(all)) {
    memory.writeUint64(physical(BigInt(address)), word);
  }
  for (const [address, instruction] of Object.entries(instructions)) {
    memory.write(
      physical(BigInt(address)),
      new Uint8Array(Uint32Array.of(instruction).buffer.slice(0)),
    );
  }
  return testKernel({
    dump: memoryDump({ memory, architecture: arm64 }),
    memory: linearMemory(memory, [
      { virtualAddress: textStart, physicalAddress: 0, lengthInBytes: mib },
      { virtualAddress: heapStart, physicalAddress: mib, lengthInBytes: mib },
    ]),
    vmcoreinfo,
    cpus,
    symbols: symbolList({
      ...Object.fromEntries(
        Object.entries(functions).map(([name, at]) => [name, textStart + BigInt(at)]),
      ),
      _etext: textStart + BigInt(textSizeInBytes),
      __entry_text_start: code('entry'),
      __entry_text_end: code('entry_end'),
      irq_stack_ptr: perCpu,
      current_task: currentTaskAt,
      nr_cpu_ids: heapStart + 0x7000n,
      __cpu_possible_mask: heapStart + 0x7008n,
      __per_cpu_offset: heapStart + 0x7010n,
      init_stack: heapStart + 0x80000n,
      __end_init_stack: heapStart + 0x80000n + BigInt(stackSizeInBytes),
    }),
    types: btfTypes(
      cBtf({
        frame_record_meta: ['u64 fp', 'u64 lr', 'u64 type'],
        pt_regs: ['u64 regs[31]', 'u64 sp', 'u64 pc', 'u64 pstate', ...forms[form].end],
        cpu_context: ['u64 x19[10]', 'u64 fp', 'u64 sp', 'u64 pc'],
        thread_struct: ['struct cpu_context cpu_context'],
        task_struct: [
          ...['void *stack', 'u32 pid', 'u32 on_cpu', 'struct thread_struct thread'],
          ...taskMembers,
        ],
        ...structs,
      }),
      { from: 'BTF', wordSizeInBits: 64 },
    ),
  });
}

/** The unwinder by frame records, opened. */
export function readerOf(kernel: Kernel): StackReader {
  const reader = plugin.unwinders?.find(({ name }) => name === 'frame-records')?.open(kernel);
  if (reader === undefined || typeof reader === 'string') {
    throw new Error(reader ?? 'there is no unwinder by frame records');
  }
  return reader;
}

/** `bl` from one address to another. */
export function callAt(at: bigint, target: bigint): Record<string, number> {
  const distance = Number(BigInt.asUintN(26, (target - at) / 4n));
  return { [String(at)]: (0x9400_0000 | distance) >>> 0 };
}
