import { x8664 } from '@vmcorekit/architectures';
import { type Kernel, latin1Bytes, type Task } from '@vmcorekit/core';
import { btfTypes } from '@vmcorekit/linux';
import { type CurrentTask, type ShellContext, shellWords } from '@vmcorekit/shell';
import { cBtf, FieldKernel } from '@vmcorekit/testing';

const types = btfTypes(
  cBtf({
    list_head: ['struct list_head *next', 'struct list_head *prev'],
    task_struct: ['u64 __state', 'u32 pid', 'struct list_head tasks', 'void *mm', 'void *stack'],
    thread_union: ['u64 words[64]'],
    rq: ['u32 nr_running'],
    wait_queue_head: ['u64 lock', 'struct list_head head'],
    wait_queue_entry: ['u32 flags', 'void *private', 'struct list_head entry'],
  }),
  { wordSizeInBits: 64 },
);

const emptyTask: Task = {
  address: 0n,
  pid: 0,
  tgid: 0,
  ppid: 0,
  comm: '',
  state: 'S',
  cpu: 0,
  onCpu: false,
  kernelThread: false,
  seenBy: ['tasks'],
  doubts: [],
  stack: () => {
    throw new Error('the test reads no stack');
  },
};

/** A kernel with a text, three tasks in a list, and what a shell keeps. */
export function wordsKernel({
  firstName = 'init',
  keptTask,
}: {
  readonly firstName?: string;
  readonly keptTask?: CurrentTask;
} = {}): {
  readonly kernel: Kernel;
  readonly current: CurrentTask;
  readonly place: FieldKernel;
  readonly tasks: readonly Task[];
  /** The hexadecimal digits of the address of a symbol. */
  readonly digits: (name: string) => string;
  /** The first lines of a word, and the commands among them as one text each; all unless given. */
  readonly run: (line: string, maxLines?: number) => Promise<readonly string[]>;
} {
  const place = new FieldKernel(x8664, types);
  const banner = place.take(64);
  place.memory.write(
    Number(banner - 0xffff888000000000n),
    latin1Bytes('Linux version 6.1 (a@b) #1 SMP\n\0'),
  );
  const pointers = place.take(32);
  const code = place.code('schedule');
  place.put(pointers, code, code + 16n, 0x11n, 0xffffffffffffffffn);
  const names = [firstName, 'sshd', 'kworker/0:1'];
  const tasks = names.map((comm, index): Task => {
    const address = place.make('task_struct', { pid: 10 + index });
    const kernelThread = comm.startsWith('kworker');
    const [pid, state, cpu] = [10 + index, index === 1 ? 'D' : 'S', index % 2];
    return { ...emptyTask, address, pid, tgid: pid, comm, state, cpu, kernelThread };
  });
  const head = place.take(16);
  place.emptyList(head);
  place.append(head, ...tasks.map(({ address }) => place.at(address, 'task_struct', 'tasks')));
  Object.assign(place.symbols, { linux_banner: banner, pointers, task_head: head });
  place.symbols.runqueues = place.takePerCpu(64);
  const kernel = place.kernel({ tasks: () => tasks });
  const [first] = tasks;
  const current = keptTask ?? { address: first?.address ?? null, pid: 10, cpu: 0 };
  return {
    kernel,
    current,
    place,
    tasks,
    digits: (name) => (place.symbols[name] ?? 0n).toString(16),
    run: (line, maxLines) => linesOf({ kernel, current }, line.split(' '), maxLines),
  };
}

/** The lines of a word on any kernel. */
export async function linesOf(
  parts: Pick<ShellContext, 'kernel' | 'current'>,
  [name = '', ...args]: readonly string[],
  maxLines = Number.POSITIVE_INFINITY,
): Promise<readonly string[]> {
  const word = shellWords.find((each) => each.name === name);
  const answer = await word?.run(
    {
      ...parts,
      dump: parts.kernel.dump,
      signal: new AbortController().signal,
      words: shellWords,
      outputOf: async (command) => `$ ${command.join(' ')}\n`,
    },
    args,
  );
  if (answer === undefined || 'commands' in answer) {
    return (answer?.commands ?? []).map((command) => `$ ${command.join(' ')}`);
  }
  const lines: string[] = [];
  for await (const line of answer.lines) {
    lines.push(line);
    if (lines.length === maxLines) {
      break;
    }
  }
  return lines;
}
