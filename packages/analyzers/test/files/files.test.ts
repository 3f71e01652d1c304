import { files } from '@vmcorekit/analyzers';
import { x8664 } from '@vmcorekit/architectures';
import { type Report, resultOf } from '@vmcorekit/core';
import { btfTypes } from '@vmcorekit/linux';
import { cBtf, FieldKernel } from '@vmcorekit/testing';
import { expect } from 'chai';
import { contextOf } from '../scheduling/context.ts';

/** Two tasks, the second with a table of open files that is nowhere. */
function report(membersOfTask: readonly string[]): Report {
  const types = btfTypes(
    cBtf({
      list_head: ['void *next', 'void *prev'],
      signal_struct: ['struct list_head thread_head'],
      task_struct: [
        ...['u32 __state', 'u32 flags', 'u32 pid', 'u32 tgid', 'char comm[16]', 'void *signal'],
        ...['struct list_head tasks', 'struct list_head thread_node', 'struct list_head children'],
        ...['struct list_head sibling', 'void *stack', 'void *mm', 'void *real_parent'],
        ...['void *group_leader', ...membersOfTask],
      ],
    }),
    { wordSizeInBits: 64 },
  );
  const place = new FieldKernel(x8664, types);
  const tasks = ['swapper/0', 'init'].map((comm, pid) => {
    const signal = place.make('signal_struct');
    const task = place.make('task_struct', { comm, pid, tgid: pid, signal });
    const [head, node] = [
      place.at(signal, 'signal_struct', 'thread_head'),
      place.at(task, 'task_struct', 'thread_node'),
    ];
    place.put(head, node, node);
    place.put(node, head, head);
    return task;
  });
  const [first = 0n, second = 0n] = tasks.map((task) => place.at(task, 'task_struct', 'tasks'));
  place.put(first, second, second);
  place.put(second, first, first);
  place.symbols.init_task = tasks[0] ?? 0n;
  if (membersOfTask.length > 0) {
    place.set(tasks[1] ?? 0n, 'task_struct', { files: 0x1000n });
  }
  return resultOf(files.run(contextOf(place), { select: null }));
}

describe('files', () => {
  it('does not call files none where types do not say where tasks have them', () => {
    const { data, text } = report([]);
    expect(data).to.equal(null);
    expect(text[0]).to.match(/^no files: the kernel's types .* open files; would help:/);
  });

  it('has null for the files of a process whose table cannot be read', () => {
    const { data, text } = report(['void *files']);
    const processes = (data as { processes: { pid: number; files: unknown }[] }).processes;
    expect(processes.map((process) => [process.pid, process.files])).to.deep.equal([
      [0, []],
      [1, null],
    ]);
    expect(text).to.include('open files not known');
  });
});
