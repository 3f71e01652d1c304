import { isZero, type Kernel } from '@vmcorekit/core';
import { listNodes, modulesOf, tasksOf, WalkNotes } from '@vmcorekit/linux';
import type { Answer, Answers } from './ask.ts';
import { forgeMember } from './forge-btf.ts';
import type { MemoryEdit } from './memory-edit.ts';

/** A lie that is written into a dump. */
export interface Forgery {
  readonly name: string;
  /** The symbol that leads to what is forged; a kernel without it is not forged. */
  readonly symbol: string;
  /** Returns what is wrong with the answers; undefined where they report the lie. */
  forge(kernel: Kernel, edit: MemoryEdit): (answers: Answers) => string | undefined;
}

interface Person {
  readonly pid: number;
  readonly comm: string;
}

interface PsData {
  readonly tasks: readonly (Person & { readonly doubts: string[] })[];
  readonly hidden: readonly { readonly pid: number; readonly reason: string }[];
}

const forgedPid = 31_337;

export const forgeries: readonly Forgery[] = [
  {
    name: 'a task taken out of the list',
    symbol: 'init_task',
    forge(kernel, edit) {
      const task = tasksOf(kernel).tasks.findLast(
        ({ pid, tgid, onCpu, kernelThread }) => pid === tgid && onCpu !== true && !kernelThread,
      );
      if (task === undefined) {
        throw new Error('no task can be hidden');
      }
      edit.unlink(task.address + placeOf(kernel, 'tasks'));
      return (answers) =>
        psOf(answers)?.hidden.some(({ pid, reason }) => pid === task.pid && reason === 'hidden')
          ? undefined
          : `task ${task.pid} is not reported as hidden`;
    },
  },
  {
    name: 'a task that does not exist',
    symbol: 'init_task',
    forge(kernel, edit) {
      const model = tasksOf(kernel).tasks.findLast(({ kernelThread }) => !kernelThread);
      const place = freePlace(kernel);
      if (model === undefined || place === undefined) {
        throw new Error('no task can be added');
      }
      const size = kernel.types.struct('task_struct')?.sizeInBytes ?? 0;
      edit.write(place, kernel.memory.read(model.address, size));
      const pid = Buffer.alloc(4);
      pid.writeInt32LE(forgedPid);
      edit.write(place + placeOf(kernel, 'pid'), pid);
      edit.append(listOfTasks(kernel), place + placeOf(kernel, 'tasks'));
      return (answers) => {
        const task = psOf(answers)?.tasks.find((each) => each.pid === forgedPid);
        return task === undefined || task.doubts.length > 0
          ? undefined
          : `task ${forgedPid} is shown without a doubt`;
      };
    },
  },
  {
    name: 'a module taken out of the list',
    symbol: 'modules',
    forge(kernel, edit) {
      const module = modulesOf(kernel).modules.find(({ name }) => name.length > 0);
      if (module === undefined) {
        return () => undefined;
      }
      edit.unlink(module.address + placeOf(kernel, 'list', 'module'));
      return (answers) => {
        const data = dataOf(answers, 'mod') as { hidden: readonly { name: string }[] } | null;
        return data?.hidden.some(({ name }) => name === module.name)
          ? undefined
          : `${module.name} is not reported as hidden`;
      };
    },
  },
  ...(
    [
      ['tasks', 'children', 'task_struct', 'tasks'],
      ['comm', 'pid', 'task_struct', 'comm'],
      ['pid', 'tgid', 'task_struct', 'pid'],
      ['thread.sp', null, 'thread_struct', 'sp'],
    ] as const
  ).map(
    ([path, other, struct, member]): Forgery => ({
      name: `BTF with another place of ${path}`,
      symbol: '__start_BTF',
      forge(kernel, edit) {
        const people = peopleOf(tasksOf(kernel));
        const offsetInBytes = other === null ? 8 * 6 : Number(placeOf(kernel, other));
        const isOfX86 = kernel.types.struct('task_struct')?.member('thread.sp') !== undefined;
        const owner = struct === 'thread_struct' && !isOfX86 ? 'cpu_context' : struct;
        forgeMember(kernel, edit, { struct: owner, member, offsetInBytes });
        return (answers) => {
          const shown = psOf(answers);
          if (shown !== null && peopleOf(shown) !== people) {
            return 'other tasks are shown than the kernel has';
          }
          const reports = [`this dump has task_struct.${path} at `, `BTF of struct ${owner} at `];
          return [...remarksOf(answers, 'ps'), ...remarksOf(answers, 'bt')].some((remark) =>
            reports.some((report) => remark.includes(report)),
          )
            ? undefined
            : 'the types are not reported as contradicted';
        };
      },
    }),
  ),
];

function peopleOf({ tasks }: { readonly tasks: readonly Person[] }): string {
  return tasks.map(({ pid, comm }) => `${pid} ${comm}`).join('\n');
}

function placeOf({ types }: Kernel, path: string, struct: string = 'task_struct'): bigint {
  const member = types.struct(struct)?.member(path);
  if (member === undefined) {
    throw new Error(`this kernel's types have no ${struct}.${path}`);
  }
  return BigInt(member.offsetInBytes);
}

/** The address of the list of all tasks: in init_task. */
function listOfTasks(kernel: Kernel): bigint {
  return (kernel.symbols.find('init_task')?.address ?? 0n) + placeOf(kernel, 'tasks');
}

/** The address of free memory in the direct map, large enough for a task. */
function freePlace(kernel: Kernel): bigint | undefined {
  const { memory } = kernel.dump.image;
  const pages = 4;
  const [first] = listNodes(kernel, listOfTasks(kernel), new WalkNotes());
  if (first === undefined) {
    return undefined;
  }
  const known = kernel.memory.translate(first).physicalAddress;
  const directMap = first - BigInt(known);
  const size = memory.pageSizeInBytes;
  const { end = 0 } = memory.ranges.find((range) => range.end > known) ?? {};
  for (let place = end - pages * size; place > 0; place -= size) {
    // Pages that the kernel gave away are mapped no more.
    const address = directMap + BigInt(place);
    const bytes = kernel.memory.tryRead(address, pages * size);
    if (bytes !== undefined && isZero(bytes)) {
      return address;
    }
  }
  return undefined;
}

function answerOf({ byName }: Answers, name: string): Answer | undefined {
  const answer = byName.get(name);
  return answer === undefined || 'failure' in answer ? undefined : answer;
}

function dataOf(answers: Answers, name: string): unknown {
  return answerOf(answers, name)?.data ?? null;
}

function remarksOf(answers: Answers, name: string): readonly string[] {
  return answerOf(answers, name)?.remarks ?? [];
}

function psOf(answers: Answers): PsData | null {
  return dataOf(answers, 'ps') as PsData | null;
}
