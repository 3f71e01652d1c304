import type { Architecture, ByteOrder, Kernel, StackReader } from '@vmcorekit/core';
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
export const stackSizeInBytes = 0x4000;
const functionSize = 0x1000;

/** What the tests of a machine with a back chain have in common. */
export interface BackChainMachine {
  readonly architecture: Architecture;
  readonly byteOrder: ByteOrder;
  /** Where its text and its heap of 1 MiB each are mapped. */
  readonly textStart: bigint;
  readonly heapStart: bigint;
  /** One after another, each of 4 KiB. */
  readonly functions: readonly string[];
  readonly structs: Readonly<Record<string, CMembers>>;
  /** Members of the task; the first is its `stack`. */
  readonly taskMembers: CMembers;
  /** Its name. */
  readonly unwinder: string;
}

/** Words and bytes by their addresses. */
export interface Contents {
  readonly words?: Readonly<Record<string, bigint>>;
  readonly bytes?: Readonly<Record<string, readonly number[]>>;
  readonly symbols?: Readonly<Record<string, bigint>>;
}

/** A machine with one task, whose stack is 16 KiB, and room for more. */
export class BackChainKernel {
  readonly task: bigint;
  readonly #machine: BackChainMachine;

  constructor(machine: BackChainMachine) {
    this.#machine = machine;
    this.task = machine.heapStart;
  }

  /** An address in a function. */
  code(name: string, offset: number = 0): bigint {
    const { functions, textStart } = this.#machine;
    return textStart + BigInt(functions.indexOf(name) * functionSize + offset);
  }

  /** An address of the task's stack, by its distance from the end. */
  onStack(distance: number): bigint {
    return this.#machine.heapStart + 0x10000n + BigInt(stackSizeInBytes - distance);
  }

  /** The same of the stack of CPU 0 for interrupts. */
  onIrqStack(distance: number): bigint {
    return this.onStack(distance) + 0x10000n;
  }

  /** A place for anything else. */
  free(offset: number): bigint {
    return this.#machine.heapStart + 0x40000n + BigInt(offset);
  }

  kernel({ words = {}, bytes = {}, symbols = {} }: Contents = {}): Kernel {
    const { architecture, byteOrder, textStart, heapStart, functions, structs, taskMembers } =
      this.#machine;
    const memory = new SparseMemory({ ranges: [{ start: 0, end: 2 * mib }], byteOrder });
    const physical = (address: bigint) =>
      address < heapStart ? Number(address - textStart) : mib + Number(address - heapStart);
    const all: Record<string, bigint> = {
      [String(this.task)]: this.onStack(stackSizeInBytes),
      [String(this.onStack(stackSizeInBytes))]: 0x57ac6e9dn,
      ...words,
    };
    for (const [address, word] of Object.entries(all)) {
      memory.writeUint64(physical(BigInt(address)), word);
    }
    for (const [address, each] of Object.entries(bytes)) {
      memory.write(physical(BigInt(address)), Uint8Array.from(each));
    }
    const kernel = testKernel({
      dump: memoryDump({ memory, architecture }),
      memory: linearMemory(memory, [
        { virtualAddress: textStart, physicalAddress: 0, lengthInBytes: mib },
        { virtualAddress: heapStart, physicalAddress: mib, lengthInBytes: mib },
      ]),
      symbols: symbolList({
        _stext: textStart,
        ...Object.fromEntries(functions.map((name) => [name, this.code(name)])),
        _etext: textStart + BigInt(functions.length * functionSize),
        init_stack: heapStart + 0x80000n,
        __end_init_stack: heapStart + 0x80000n + BigInt(stackSizeInBytes),
        ...symbols,
      }),
      types: btfTypes(
        cBtf({
          ...structs,
          task_struct: ['void *stack', 'u32 pid', 'u32 on_cpu', ...taskMembers],
        }),
        { from: 'BTF', wordSizeInBits: 64 },
      ),
    });
    return { ...kernel, stacks: this.#reader(kernel) };
  }

  /** The unwinder of the machine, opened. */
  #reader(kernel: Kernel): StackReader {
    const { unwinder } = this.#machine;
    const reader = plugin.unwinders?.find(({ name }) => name === unwinder)?.open(kernel);
    if (reader === undefined || typeof reader === 'string') {
      throw new Error(reader ?? `there is no unwinder ${unwinder}`);
    }
    return reader;
  }
}
