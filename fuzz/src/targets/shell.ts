import { x8664 } from '@vmcorekit/architectures';
import {
  type Kernel,
  latin1Bytes,
  printableLine,
  type StackTrace,
  type Task,
} from '@vmcorekit/core';
import { btfTypes } from '@vmcorekit/linux';
import {
  type CompletionSources,
  type CurrentTask,
  completeLine,
  LineError,
  readLine,
  type ShellContext,
  shellWords,
} from '@vmcorekit/shell';
import { cBtf, FieldKernel } from '@vmcorekit/testing';
import { allowedError } from '../outcome.ts';
import { type FuzzTarget, must } from '../target.ts';

const maxLines = 12;
/** A line of a shell may print without end, until its reader goes away. */
const maxAnswer = 300;
const perCpuSizeInBytes = 64;

const types = btfTypes(
  cBtf({
    list_head: ['struct list_head *next', 'struct list_head *prev'],
    rb_node: ['u64 __rb_parent_color', 'struct rb_node *rb_right', 'struct rb_node *rb_left'],
    rb_root: ['struct rb_node *rb_node'],
    task_struct: ['u64 __state', 'u32 pid', 'struct list_head tasks', 'void *mm', 'void *stack'],
    thread_union: ['u64 words[64]'],
    rq: ['u32 nr_running'],
    wait_queue_head: ['u64 lock', 'struct list_head head'],
    wait_queue_entry: ['u32 flags', 'void *private', 'struct list_head entry'],
  }),
  { wordSizeInBits: 64 },
);

const noStack: StackTrace = {
  frames: [],
  end: { reason: 'broken', isComplete: false, detail: 'this kernel has no stacks' },
  by: 'none',
  remarks: [],
};

/** A kernel with tasks, lists (one with a loop, one that leads nowhere), a tree and text. */
function smallKernel(): Kernel {
  const place = new FieldKernel(x8664, types);
  const [banner, head, loop, torn, root, queue] = [64, 16, 16, 16, 8, 24].map((lengthInBytes) =>
    place.take(lengthInBytes),
  ) as [bigint, bigint, bigint, bigint, bigint, bigint];
  place.memory.write(
    Number(banner - 0xffff888000000000n),
    latin1Bytes('Linux version 6.1 (a@b) #1\n\0'),
  );
  const tasks = ['init', '\x1b[2J<&', 'kworker/0:1'].map((comm, index): Task => {
    const address = place.make('task_struct', { pid: index + 1 });
    return {
      address,
      pid: index + 1,
      tgid: index + 1,
      ppid: index,
      comm,
      state: index === 1 ? 'D' : 'S',
      cpu: index % 2,
      onCpu: false,
      kernelThread: index === 2,
      seenBy: ['tasks'],
      doubts: [],
      stack: () => noStack,
    };
  });
  place.emptyList(head);
  place.append(head, ...tasks.map(({ address }) => place.at(address, 'task_struct', 'tasks')));
  const [first, second] = [place.take(16), place.take(16)];
  place.put(loop, first, second);
  place.put(first, second, loop);
  place.put(second, first, first);
  place.put(torn, 0xdead000000000100n, 0x11n);
  place.tree(root, place.take(24), place.take(24));
  place.emptyList(queue + 8n);
  Object.assign(place.symbols, {
    linux_banner: banner,
    task_head: head,
    loop,
    torn,
    root,
    queue,
    runqueues: place.takePerCpu(perCpuSizeInBytes),
    schedule: place.code('schedule'),
  });
  return place.kernel({ tasks: () => tasks });
}

const kernel = smallKernel();
/** Commands of vmcorekit are not part of this: the words say which they would run. */
const commands: readonly string[] = [...shellWords.map(({ name }) => name), 'probe', 'verify'];
const names: readonly string[] = ['linux_banner', 'task_head', 'a b', '\x1b[2J', '$(x)'];
const sources: CompletionSources = {
  commands,
  optionsOf: () => ['--json', '-a'],
  operandsOf: (command) =>
    (['symbol', 'type', 'command', 'analyzer', 'file', undefined] as const)[command.length % 6],
  symbols: () => names,
  types: () => names,
  analyzers: () => ['kernel-log'],
  members: () => names,
  files: () => names,
};

/** Only a line that the shell gives to no program, no file and no JavaScript is run. */
async function runLine(text: string, current: CurrentTask): Promise<string> {
  const line = readLine(text, (word) => commands.includes(word));
  if (line.kind !== 'command') {
    return line.kind;
  }
  const [name = '', ...args] = line.words;
  const word = shellWords.find((each) => each.name === name);
  if (word === undefined) {
    return `own ${line.to?.kind ?? ''}`;
  }
  const context: ShellContext = {
    kernel,
    current,
    dump: kernel.dump,
    signal: new AbortController().signal,
    words: shellWords,
    outputOf: async ([command = '']) => `$ ${command}\n`,
  };
  const answer = await word.run(context, args);
  if ('commands' in answer) {
    must(
      answer.commands.every(([command = '']) => /^[a-z]/.test(command)),
      'a word runs a command that has a name',
    );
    return `${name} ${Math.min(answer.commands.length, 4)} commands`;
  }
  let count = 0;
  for await (const each of answer.lines) {
    must(printableLine(each) === each, `a line of ${name} has a control character`);
    count++;
    if (count === maxAnswer) {
      break;
    }
  }
  return `${name} ${Math.ceil(Math.log2(count + 1))}`;
}

export const shellLines: FuzzTarget = {
  name: 'shell-lines',
  summary: "lines of the shell, with crash's words, over a small kernel",
  seeds: () =>
    [
      ['rd linux_banner 8', 'rd -a linux_banner', 'rd -8 -e ffff888000000040 linux_banner'],
      ['rd -S task_head 4', 'rd -s -16 loop', 'rd -o 8 root', 'rd -u 0 1', 'rd -p 0x40 8'],
      ['list -H task_head -o task_struct.tasks -s task_struct.pid', 'list loop', 'list -r torn'],
      ['list -h loop -e task_head', 'list task_struct.tasks -H task_head', 'list -l 8 loop'],
      ['tree -t rbtree root', 'tree -t rb -o rb_node root', 'tree -t xarray torn', 'waitq queue'],
      ['struct task_struct init_task', 'struct -o task_struct', 'struct list_head loop 3'],
      ['*task_struct.pid task_head', 'union thread_union torn', 'p jiffies', 'px loop->next'],
      ['ps', 'ps -A', 'set', 'set 2', 'set -c 1', 'set -p', 'task -R pid', 'foreach ps -k'],
      ['foreach bt', 'foreach 1 2 set', 'foreach RU vtop -u 0', 'foreach /ini/ files', 'foreach'],
      ['eval -b 0x10 << 3', 'eval (5 + 3) * 2g', 'ascii 62696c2f7273752f', 'btop 1000', 'ptob 9'],
      ['ptov 1000', 'ptov 0:a', 'vtop schedule', 'pte 8000000000000163', 'whatis schedule'],
      ['sym schedule', 'sym -q ban', 'sym -n loop', 'search -k 11', 'search -s 0 -l 9 -c abc'],
      ['kmem -i', 'kmem -s x', 'kmem ffff888000000040', 'kmem -g 8', 'mach -m', 'sys -c', 'swap'],
      ['bt -a', 'bt -f 1', 'bt -t', 'runq -c 0', 'timer -r', 'dev -d', 'irq -b', 'net -n 1'],
      ['log -T', 'mod', 'mount', 'vm -p 1', 'files -R x', 'dis -r schedule 5', 'wr 0 1', 'alias'],
      [
        'ps | grep x',
        'ps > "a b"',
        'ps >> x',
        "sym 'a",
        'p (1 | 2) >',
        '!ls',
        'log = 3',
        '# x',
        'q',
      ],
    ].map((lines) => new TextEncoder().encode(lines.join('\n'))),
  async run(bytes) {
    const current: CurrentTask = { address: null, pid: null, cpu: null };
    const outcomes: string[] = [];
    for (const line of new TextDecoder().decode(bytes).split('\n').slice(0, maxLines)) {
      const { words = [], replaced = '' } = completeLine(line, sources) ?? {};
      must(line.endsWith(replaced), 'completion replaces the end of the line');
      must(
        words.every((word) => /^[\w$./-]+$|^\*$/.test(word)),
        'completion adds a plain name',
      );
      try {
        outcomes.push(await runLine(line, current));
      } catch (error) {
        outcomes.push(error instanceof LineError ? 'no line' : allowedError(error));
      }
    }
    return [...new Set(outcomes)].toSorted().join(', ');
  },
};
