import { hex, type Kernel, type Progress } from '@vmcorekit/core';
import { threadSizeOf, vmStackSizeOf } from '../stacks/thread-size.ts';
import type { LinuxTask } from '../tasks/linux-task.ts';
import { readTasks } from '../tasks/read-tasks.ts';
import type { AddressAnswer } from './answer.ts';
import { memberAt } from './member-at.ts';

/** The task whose `task_struct` or stack holds an address. */
export function* taskAnswers(
  kernel: Kernel,
  address: bigint,
): Generator<Progress, AddressAnswer[], void> {
  const struct = kernel.types.struct('task_struct');
  const list = yield* readTasks(kernel);
  if (typeof list === 'string' || struct === undefined) {
    return [];
  }
  const answers: AddressAnswer[] = [];
  const size = BigInt(struct.sizeInBytes ?? 0);
  const stackSize = threadSizeOf(kernel);
  // The end of a task_struct, its FPU registers, may be left out: then the next one begins within.
  const holder = list.tasks
    .filter((task) => address >= task.address && address < task.address + size)
    .reduce<bigint>((last, task) => (task.address > last ? task.address : last), 0n);
  for (const task of list.tasks) {
    const { seenBy } = task;
    const how = `the task is seen by ${seenBy.join(', ')}`;
    const facts = { task: hex(task.address), pid: task.pid, comm: task.comm };
    if (task.address === holder && holder !== 0n) {
      const offset = Number(address - task.address);
      const member = memberAt(struct, offset);
      answers.push({
        kind: 'task',
        text: `task_struct${member} of ${nameOf(task)}`,
        how,
        facts: { ...facts, member: member.replace(/^\./, ''), offset },
      });
    }
    const { stack } = task.values;
    const length = stackSize ?? vmStackSizeOf(kernel, task.address);
    if (length !== null && address >= stack && address < stack + BigInt(length)) {
      const below = Number(stack + BigInt(length) - address);
      answers.push({
        kind: 'stack',
        text: `the stack of ${nameOf(task)}, ${hex(below)} below its end`,
        how,
        facts: { ...facts, stack: hex(stack), size: length },
      });
    }
  }
  return answers;
}

function nameOf({ pid, comm }: LinuxTask): string {
  return `task ${pid} '${comm}'`;
}
