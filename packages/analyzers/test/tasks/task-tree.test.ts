import { expect } from 'chai';
import fc from 'fast-check';
import { isWanted, selectionOf } from '../../dist/tasks/task-selection.js';
import { taskTree } from '../../dist/tasks/task-tree.js';
import { psTaskOf } from './ps-task-of.ts';

const shapeOf = (tasks: readonly ReturnType<typeof psTaskOf>[]) =>
  taskTree(tasks).map(({ task, depth }) => [task.pid, depth]);

describe('taskTree', () => {
  it('hangs processes below their parent, and threads below their first thread', () => {
    const tasks = [
      psTaskOf({ pid: 0, isIdle: true }),
      psTaskOf({ pid: 0, isIdle: true, cpu: 1 }),
      psTaskOf({ pid: 1 }),
      psTaskOf({ pid: 2 }),
      psTaskOf({ pid: 7, ppid: 1 }),
      psTaskOf({ pid: 8, ppid: 1, tgid: 7 }),
      psTaskOf({ pid: 9, ppid: 7 }),
    ];
    expect(shapeOf(tasks)).to.deep.equal([
      [0, 0],
      [1, 1],
      [7, 2],
      [8, 3],
      [9, 3],
      [2, 1],
      [0, 0],
    ]);
  });

  it('begins a tree with a task whose parent is not among them', () => {
    expect(shapeOf([psTaskOf({ pid: 9, ppid: 7 }), psTaskOf({ pid: 10, ppid: 9 })])).to.deep.equal([
      [9, 0],
      [10, 1],
    ]);
  });

  it('has each task once, whatever their parents are', () => {
    const any = fc.array(
      fc.record({
        pid: fc.nat({ max: 12 }),
        tgid: fc.nat({ max: 12 }),
        ppid: fc.option(fc.nat({ max: 12 })),
        isIdle: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(any, (fields) => {
        const tasks = fields.map(psTaskOf);
        expect(taskTree(tasks).map(({ task }) => task)).to.have.members(tasks);
      }),
    );
  });
});

describe('isWanted', () => {
  const task = { ...psTaskOf({ pid: 12, comm: 'sh' }), address: 0xffff888012345678n };
  const shown = (given: Partial<Parameters<typeof selectionOf>[0]>) =>
    isWanted(
      { ...task, stack: () => expect.fail('no stack is needed') },
      selectionOf({ select: null, processes: false, kernel: false, user: false, ...given }),
    );

  for (const [select, isShown] of [
    [null, true],
    ['12', true],
    ['sh', true],
    ['init  sh', true],
    ['ffff888012345678', true],
    ['0xffff888012345678', true],
    ['1', false],
    ['s', false],
    ['ffff888012345670', false],
  ] as const) {
    it(`${isShown ? 'takes' : 'leaves'} it by '${select ?? ''}'`, () => {
      expect(shown({ select })).to.equal(isShown);
    });
  }

  it('knows tasks of the kernel from those of programs', () => {
    expect([shown({ kernel: true }), shown({ user: true })]).to.deep.equal([false, true]);
    expect(shown({ kernel: true, user: true })).to.equal(true);
  });
});
