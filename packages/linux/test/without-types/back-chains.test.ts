import type { ByteOrder } from '@vmcorekit/core';
import { linearMemory, SparseMemory, symbolList } from '@vmcorekit/testing';
import { expect } from 'chai';
import { findFrames as findPpc64 } from '../../dist/stacks/ppc64/find-frames.js';
import { findFrames as findS390x } from '../../dist/stacks/s390x/find-frames.js';
import type { FoundFrames } from '../../dist/stacks/stack-machine.js';
import { TaskWindow } from '../../dist/without-types/task-window.js';

const stackSize = 0x4000;
const textAt = 0x10_0000n;
const heapAt = 0x20_0000n;
const [stackOffset, pointerOffset] = [0x20, 0x3f8];
const functions = ['__schedule', 'schedule', 'kthread', '__switch_to', 'do_other'];
const code = (name: string) => textAt + BigInt(functions.indexOf(name) * 0x1000 + 0x100);

/** How a machine's frames are written. */
interface Machine {
  readonly find: typeof findS390x;
  readonly byteOrder: ByteOrder;
  readonly link: number;
  readonly returnAt: number;
  /** What the innermost frames return to. */
  readonly returnsTo: readonly string[];
  /** Frames below the first that has its return address. */
  readonly framesBelow: number;
}

const packed: Machine = {
  find: findS390x,
  byteOrder: 'big',
  link: 152,
  returnAt: 72 + 8 * 8,
  returnsTo: ['__schedule', 'schedule', 'kthread'],
  framesBelow: 0,
};
const plain: Machine = { ...packed, link: 0, returnAt: 48 + 8 * 8 };
const ppc64: Machine = {
  find: findPpc64,
  byteOrder: 'little',
  link: 0,
  returnAt: 16,
  returnsTo: ['__switch_to', '__schedule', 'schedule', 'kthread'],
  framesBelow: 1,
};

interface Changed {
  readonly returnsTo?: readonly string[];
  /** How far the outermost frame lies from the start of the stack. */
  readonly outermost?: number;
  /** The link of the outermost frame. */
  readonly lastLink?: (stack: bigint) => bigint;
  /** Which task is changed so; all by default. */
  readonly only?: number;
}

function find(machine: Machine, changed: Changed = {}): FoundFrames | undefined {
  const { byteOrder, link, returnAt, framesBelow } = machine;
  const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x40_0000 }], byteOrder });
  const tasks = Array.from({ length: 6 }, (_, index) => {
    const isChanged = changed.only === undefined || changed.only === index;
    const own = isChanged ? changed : {};
    const task = heapAt + BigInt(index * 0x1000);
    const stack = heapAt + 0x1_0000n + BigInt(index * stackSize);
    const returnsTo = own.returnsTo ?? machine.returnsTo;
    const count = returnsTo.length + framesBelow;
    const outermost = stack + BigInt(own.outermost ?? 0x3e98 - (0x3e98 % 16));
    const frames = Array.from(
      { length: count },
      (_each, frame) => outermost - BigInt((count - 1 - frame) * (0xc0 + index * 16)),
    );
    for (const [frame, at] of frames.entries()) {
      const next = frames[frame + 1] ?? own.lastLink?.(stack) ?? 0n;
      memory.writeUint64(Number(at) + link, next);
      const name = returnsTo[frame - framesBelow];
      memory.writeUint64(Number(at) + returnAt, name === undefined ? 0n : code(name));
    }
    memory.writeUint64(Number(task) + stackOffset, stack);
    memory.writeUint64(Number(task) + pointerOffset, frames[0] ?? 0n);
    return task;
  });
  const view = linearMemory(memory, [
    { virtualAddress: 0n, physicalAddress: 0, lengthInBytes: 0x40_0000 },
  ]);
  const symbols = symbolList(
    Object.fromEntries(functions.map((name, index) => [name, textAt + BigInt(index * 0x1000)])),
  );
  return machine.find(
    { memory: view, symbols },
    {
      tasks: tasks.map((task) => new TaskWindow(view, task)),
      stack: stackOffset,
      stackPointer: pointerOffset,
      stackAlignmentInBytes: stackSize,
    },
  );
}

describe('frames of sleeping tasks, without types', () => {
  it('show on s390x where frames have their links, and the size of pt_regs', () => {
    for (const [machine, links] of [
      [packed, [152, 72]],
      [plain, [0, 48]],
    ] as const) {
      const found = find(machine);
      const [frame, registers] = found?.structs ?? [];
      expect(found?.stackSizeInBytes).to.equal(stackSize);
      expect(frame?.name).to.equal('stack_frame');
      expect(
        ['back_chain', 'gprs'].map((name) => frame?.member(name)?.offsetInBytes),
      ).to.deep.equal(links);
      expect(registers?.name).to.equal('pt_regs');
      expect(registers?.sizeInBytes).to.equal(stackSize - 0x3e90 - 160);
    }
  });

  it('show the size of a stack on ppc64, also those of programs', () => {
    expect(find(ppc64)).to.deep.equal({ structs: [], stackSizeInBytes: stackSize });
    const lastLink = () => 0x7fff_ef2f_dc90n;
    expect(find(ppc64, { lastLink })?.stackSizeInBytes).to.equal(stackSize);
  });

  for (const [name, machine] of [
    ['s390x', packed],
    ['ppc64', ppc64],
  ] as const) {
    it(`show nothing on ${name} where tasks do not go on in __schedule`, () => {
      const returnsTo = ['do_other', 'do_other', 'kthread'];
      expect(find(machine, { returnsTo })).to.equal(undefined);
      expect(find(machine, { returnsTo, only: 3 })).to.equal(undefined);
    });

    it(`show nothing on ${name} where a chain ends in the lower half of the stack`, () => {
      expect(find(machine, { outermost: 0x1800 })).to.equal(undefined);
    });

    it(`show nothing on ${name} where a chain leads back, to itself, or between frames`, () => {
      const links = [
        (stack: bigint) => stack + 0x10n,
        (stack: bigint) => stack + 0x3e90n,
        (stack: bigint) => stack + 0x3e94n,
      ];
      for (const lastLink of links) {
        expect(find(machine, { lastLink })).to.equal(undefined);
      }
    });
  }

  it('show no pt_regs on s390x where outermost frames differ, or leave it no room', () => {
    expect(find(packed, { outermost: 0x3e00, only: 2 })).to.equal(undefined);
    expect(find(packed, { outermost: 0x3f50 })).to.equal(undefined);
    expect(find(packed, { outermost: 0x3000 })).to.equal(undefined);
  });
});
