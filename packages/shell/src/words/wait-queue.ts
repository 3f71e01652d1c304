import { plural } from '@vmcorekit/core';
import { taskLine } from './crash-session.ts';
import { lettersOf } from './letters.ts';
import { addressIn } from './numbers.ts';
import type { CrashWord } from './word.ts';
import { wordError } from './word-error.ts';

const maxWaiters = 65_536;

/** `waitq`: the tasks that wait in a wait queue. Source: Linux, include/linux/wait.h. */
export const waitq: CrashWord = {
  name: 'waitq',
  usage: 'SYMBOL|ADDRESS | STRUCT.MEMBER ADDRESS',
  summary: 'show the tasks that wait in a wait queue',
  *run(args, context) {
    const { kernel, session } = context;
    const [first, second] = lettersOf('waitq', args, '', { most: 2 }).operands;
    if (first === undefined) {
      throw wordError('waitq', 'nothing', 'SYMBOL|ADDRESS, or STRUCT.MEMBER ADDRESS');
    }
    const head =
      second === undefined
        ? kernel.object('struct wait_queue_head', addressIn(kernel, first))
        : kernel
            .object(`struct ${first.split('.')[0]}`, addressIn(kernel, second))
            .at(first.slice(first.indexOf('.') + 1))
            .cast('struct wait_queue_head');
    const start = head.at('head').address;
    const seen = new Set<bigint>();
    let node = head.at('head.next').pointer();
    const tasks = new Map(session.tasks.map((each) => [each.address, each]));
    while (node !== start) {
      if (seen.has(node) || seen.size === maxWaiters) {
        yield seen.has(node)
          ? `waitq: duplicate list entry: ${node.toString(16)}`
          : 'waitq: stopped here: the queue has no end so far';
        yield `at least ${plural(seen.size, 'waiter')}`;
        return;
      }
      seen.add(node);
      const entry = kernel
        .object('struct list_head', node)
        .containerOf('struct wait_queue_entry', 'entry');
      const address = entry.at('private').pointer();
      const task = tasks.get(address);
      yield task === undefined
        ? `${entry.address.toString(16)}: waits with ${address.toString(16)}, which is no task`
        : taskLine(task);
      node = kernel.memory.readPointer(node);
    }
    yield seen.size === 0 ? 'wait queue is empty' : plural(seen.size, 'waiter');
  },
};
