import type { BtFrame, BtStack } from '@vmcorekit/analyzers';
import { SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import { btColumns, rowsOf } from '../../dist/stacks/bt-columns.js';
import { groupsOf } from '../../dist/stacks/bt-groups.js';
import { linesOf } from '../../dist/stacks/bt-text.js';
import { analyze, emptyDump } from '../guest.ts';

function frame(fields: Partial<BtFrame>): BtFrame {
  return {
    address: '0xffffffff81000010',
    symbol: 'schedule',
    offset: 0x10,
    size: 0x40,
    module: null,
    kind: 'return',
    stack: 'task',
    stackPointer: '0xffffc90000003f00',
    isGuess: false,
    note: null,
    ...fields,
  };
}

function stack(fields: Partial<BtStack>): BtStack {
  return {
    pid: 1,
    cpu: 0,
    task: '0xffff888000001000',
    comm: 'init',
    state: 'S',
    frames: [frame({})],
    end: { reason: 'end-of-stack', isComplete: true, detail: null },
    by: 'orc',
    ...fields,
  };
}

const user = frame({ kind: 'user', symbol: null, stack: null, address: '0x401000' });

describe('bt', () => {
  it('shows a line for the task, then a line for each frame', () => {
    const frames = [
      frame({ stack: 'irq', kind: 'running', symbol: 'delay', module: 'dummy' }),
      frame({ note: 'the address is of a kretprobe' }),
      frame({ isGuess: true }),
      frame({ symbol: null, offset: null, size: null }),
      user,
    ];
    expect(linesOf({ stacks: [stack({ frames })], groups: null })).to.deep.equal([
      'PID: 1  TASK: ffff888000001000  CPU: 0  STATE: S  COMMAND: "init"',
      '    --- irq stack ---',
      ' #0 [ffffc90000003f00] delay+0x10/0x40 [dummy] at ffffffff81000010',
      '    --- task stack ---',
      ' #1 [ffffc90000003f00] schedule+0x10/0x40 at ffffffff81000010 (the address is of a kretprobe)',
      ' #2 [ffffc90000003f00] ? schedule+0x10/0x40 at ffffffff81000010',
      ' #3 [ffffc90000003f00] – at ffffffff81000010',
      ' #4 [ffffc90000003f00] user mode at 401000',
    ]);
  });

  it('says why a stack has no frames, or not all', () => {
    const ends = [
      { reason: 'no-stack', isComplete: true, detail: null },
      { reason: 'lost', isComplete: false, detail: 'no page at 0x1000' },
    ] as const;
    const stacks = ends.map((end) => stack({ frames: [], end }));
    expect(linesOf({ stacks, groups: null }).filter((line) => line.startsWith(' '))).to.deep.equal([
      '    no stack: the task has ended',
      '    incomplete: no page at 0x1000',
    ]);
  });

  it('escapes names out of the dump', () => {
    const frames = [frame({ symbol: 'a\u001b[31m' })];
    const text = linesOf({ stacks: [stack({ comm: 'x\u0007', frames })], groups: null }).join('\n');
    expect(
      Array.from(text).filter((character) => character < ' ' && character !== '\n'),
    ).to.deep.equal([]);
  });

  it('puts tasks with equal calls together, the largest group first', () => {
    const other = frame({ address: '0xffffffff81000020' });
    const stacks = [
      stack({ pid: 1, frames: [other, user] }),
      stack({ pid: 2, frames: [frame({}), user] }),
      stack({ pid: 3, frames: [frame({}), { ...user, address: '0x402000' }] }),
    ];
    const groups = groupsOf(stacks);
    expect(groups).to.deep.equal([
      { count: 2, pids: [2, 3], stack: 1 },
      { count: 1, pids: [1], stack: 0 },
    ]);
    expect(linesOf({ stacks, groups }).slice(0, 3)).to.deep.equal([
      '2 tasks: 2 3',
      ' #0 schedule+0x10/0x40 at ffffffff81000010',
      ' #1 user mode',
    ]);
  });

  it('has a row for each frame, and one for a stack without frames', () => {
    const stacks = [stack({ frames: [frame({}), user] }), stack({ pid: 2, frames: [] })];
    const rows = [...rowsOf(stacks)].map((row) =>
      Object.fromEntries(btColumns.map(({ key = '', value }) => [key, value(row)])),
    );
    expect(rows.map(({ pid, frame: index, kind, end }) => [pid, index, kind, end])).to.deep.equal([
      [1, 0, 'return', 'end-of-stack'],
      [1, 1, 'user', 'end-of-stack'],
      [2, null, null, 'end-of-stack'],
    ]);
  });

  it('says that there is no kernel', async () => {
    const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x100000 }] });
    const report = await analyze('bt', emptyDump(memory));
    expect(report).to.deep.include({
      text: ['no stacks: no kernel was found in memory'],
      data: null,
    });
  });
});
