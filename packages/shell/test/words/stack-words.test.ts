import type { StackFrame } from '@vmcorekit/core';
import { expect } from 'chai';
import { frameWords } from '../../dist/words/stack-words.js';
import { wordsKernel } from './words-kernel.ts';

function frame(fields: Partial<StackFrame>): StackFrame {
  return {
    ...{ address: 0xffffffff81000010n, stackPointer: null, kind: 'return', symbol: 'schedule' },
    ...{ offset: 16, sizeInBytes: 64, module: null, stack: 'task', isGuess: false, note: null },
    ...fields,
  };
}

describe('words of a stack', () => {
  const { kernel, place, tasks, run } = wordsKernel();
  const [task] = tasks;
  if (task === undefined) {
    throw new Error('the kernel has no task');
  }
  const stack = place.take(512);
  const code = place.symbols.schedule ?? 0n;
  place.set(task.address, 'task_struct', { stack });
  place.put(stack + 0x100n, 1n, code + 4n, 2n, code + 8n);
  const textOf = (value: bigint) => value.toString(16);
  const head = `PID: 10       TASK: ${textOf(task.address)}  CPU: 0    COMMAND: "init"`;

  it('names every word that is an address in a function', async () => {
    expect(await run('bt -T 10')).to.deep.equal([
      head,
      `    [${textOf(stack + 0x108n)}] schedule+0x4 at ${textOf(code + 4n)}`,
      `    [${textOf(stack + 0x118n)}] schedule+0x8 at ${textOf(code + 8n)}`,
    ]);
    expect((await run('bt -t 10'))[1]).to.match(/where it begins is not known/);
  });

  it('says that the stack of a task is not known', async () => {
    expect((await run('bt -t 11'))[1]).to.equal('    the stack of the task is not known');
  });

  it('shows the words from each stack pointer up to that of the caller', () => {
    const frames = [
      frame({ stackPointer: stack + 0x100n }),
      frame({ stackPointer: stack + 0x110n, offset: 32 }),
      frame({ stackPointer: 0x7ffc_0000n, kind: 'user', symbol: null }),
    ];
    const end = { reason: 'user-mode', isComplete: true, detail: null } as const;
    const at = (offset: bigint) => `0x${textOf(stack + offset)}`;
    expect([...frameWords(kernel, task, 'S', { frames, end })]).to.deep.equal([
      head,
      ` #0 [${textOf(stack + 0x100n)}] schedule+0x10 at ffffffff81000010`,
      ['rd', '-S', at(0x100n), '2'],
      ` #1 [${textOf(stack + 0x110n)}] schedule+0x20 at ffffffff81000010`,
      ['rd', '-S', at(0x110n), '30'],
      ' #2 [7ffc0000] user mode at ffffffff81000010',
    ]);
  });

  it('shows no words of a frame whose caller lies below it', () => {
    const frames = [
      frame({ stackPointer: stack + 0x110n }),
      frame({ stackPointer: stack + 0x100n, stack: 'irq' }),
    ];
    const end = { reason: 'broken', isComplete: false, detail: 'the pointer falls' } as const;
    const steps = [...frameWords(kernel, task, undefined, { frames, end })];
    expect(steps.at(-1)).to.equal('    incomplete: the pointer falls');
  });
});
