import { hex, printable, type Task } from '@vmcorekit/core';
import { type CrashSession, taskLine, taskWord } from './crash-session.ts';
import { lettersOf } from './letters.ts';
import { cpusIn, hexNumber } from './numbers.ts';
import { frameWords, textWords } from './stack-words.ts';
import type { CommandLine, CrashWord } from './word.ts';
import { wordError } from './word-error.ts';

const needsLines = 'no line numbers: they are in a vmlinux, and gdb shows them (gdbserver)';

export const bt: CrashWord = {
  name: 'bt',
  usage: '[-a] [-c CPUS] [-g] [-p] [-n idle] [-f|-F|-t|-T] [-sxd] [PID|TASK ...]',
  summary: 'show the stack of the current task, or of others',
  differs: [
    'Each frame has its offset and size, so -s, -x and -d change nothing.',
    '-f and -F show the words from the stack pointer of each frame up to that of its caller.',
    '-t and -T name every word that is an address in a function, also those of earlier calls.',
    'Stacks of interrupts and NMIs have a line above their frames, and no registers between them.',
  ],
  *run(args, { kernel, session }) {
    const letters = lettersOf('bt', args, 'ac:gpn:sxdfFtT', {
      refused: {
        l: needsLines,
        r: "no raw data: 'rd ADDRESS COUNT' shows it",
        e: 'no search: a line names each exception that interrupted the kernel',
        E: 'no search: a line names each exception that interrupted the kernel',
        v: 'no check: bt says of each stack whether it has overflowed',
        R: "no filter: 'bt ... | grep TEXT' is one",
        I: 'no other start',
        S: 'no other start',
        o: 'no older method',
        O: 'no older method',
      },
    });
    const idle = letters.value('n');
    if (idle !== undefined && idle !== 'idle') {
      throw wordError('bt', `-n ${idle}`, '-n idle');
    }
    const [form, ...others] = letters.given('fFtT');
    if (others.length > 0 || (form !== undefined && letters.given('acgpn').length > 0)) {
      throw wordError('bt', args.join(' '), 'one of -f, -F, -t and -T, and tasks by PID or TASK');
    }
    if (form !== undefined) {
      for (const task of session.chosen('bt', letters.operands)) {
        yield* form === 't' || form === 'T'
          ? textWords(kernel, task, form === 'T')
          : frameWords(kernel, task, form === 'F' ? 'S' : undefined);
      }
      return;
    }
    const cpus = letters.has('a') ? 'a' : letters.value('c');
    if (cpus !== undefined) {
      yield* stacksOfCpus(session, cpusIn(cpus, session.cpus), idle !== undefined);
    } else if (letters.has('p')) {
      const task = session.ofPanic();
      if (task === undefined) {
        throw session.noPanic('bt', '-p');
      }
      yield ['bt', taskWord(task)];
    } else {
      const chosen = session.chosen('bt', letters.operands);
      const tasks = letters.has('g') ? groupsOf(session.tasks, chosen) : chosen;
      yield ['bt', ...tasks.map(taskWord)];
    }
  },
};

function* stacksOfCpus(
  session: CrashSession,
  cpus: readonly number[],
  skipsIdle: boolean,
): Generator<CommandLine> {
  const shown = cpus.filter((cpu) => !skipsIdle || session.onCpu(cpu)?.pid !== 0);
  if (shown.length === session.cpus.length) {
    yield ['bt', '--cpus'];
    return;
  }
  for (const cpu of shown) {
    yield ['bt', '--cpu', String(cpu)];
  }
}

/** All threads of the processes that tasks belong to, each process once, its first thread first. */
export function groupsOf(tasks: readonly Task[], chosen: readonly Task[]): readonly Task[] {
  const groups = new Set(chosen.map(({ tgid }) => tgid));
  return tasks
    .filter(({ tgid }) => groups.has(tgid))
    .toSorted((one, other) => one.tgid - other.tgid || one.pid - other.pid);
}

export const ps: CrashWord = {
  name: 'ps',
  usage: '[-k|-u|-G] [-a|-p|-c|-t|-l|-m|-g|-r|-S|-A] [-C CPUS] [PID|TASK|COMMAND ...]',
  summary: 'show tasks: their states, parents, times and limits',
  differs: [
    'RSS counts shared memory too, which crash 8 leaves out. %MEM is not shown.',
    'A state is one letter, as in /proc/PID/stat.',
  ],
  *run(args, { session }) {
    const letters = lettersOf('ps', args, 'kuGaptclmgrSAC:', {
      refused: {
        s: "no stack pointers: 'bt' shows that of each frame",
        y: "no filter by policy: 'ps --json' has it",
        H: 'no other heads',
      },
    });
    const [view, second] = letters.given('aptclmgrS');
    if (second !== undefined) {
      throw wordError('ps', `-${view} with -${second}`, 'one of -a -p -c -t -l -m -g -r -S');
    }
    if (letters.has('k') && letters.has('u')) {
      throw wordError('ps', '-k with -u', 'one of -k and -u');
    }
    const words = letters.operands.flatMap((operand) => tasksNamed(session, operand));
    const cpus = letters.value('C');
    const active = letters.has('A') ? session.running.map(taskWord) : [];
    if (letters.has('A') && active.length === 0) {
      yield 'the tasks that the CPUs run are not known';
      return;
    }
    if (cpus !== undefined && view !== 'l' && view !== 'm') {
      throw wordError('ps', '-C', '-C with -l or -m');
    }
    const options = [
      ...(letters.has('k') ? ['--kernel'] : []),
      ...(letters.has('u') ? ['--user'] : []),
      ...(letters.has('G') ? ['--processes'] : []),
      ...(view === undefined ? [] : (viewOptions[view] ?? [])),
    ];
    for (const cpu of cpus === undefined ? [undefined] : cpusIn(cpus, session.cpus)) {
      yield [
        'ps',
        ...options,
        ...(cpu === undefined ? [] : ['--cpu', String(cpu)]),
        ...words,
        ...active,
      ];
    }
  },
};

const viewOptions: Readonly<Record<string, readonly string[]>> = {
  a: ['--arguments'],
  p: ['--view', 'parents'],
  c: ['--view', 'children'],
  t: ['--view', 'times'],
  l: ['--view', 'last-run'],
  m: ['--view', 'last-run'],
  g: ['--view', 'threads'],
  r: ['--view', 'limits'],
  S: ['--view', 'summary'],
};

/** A pid or a name as it is; a task_struct as an address. */
function tasksNamed(session: CrashSession, text: string): string {
  const address = hexNumber(text);
  const isTask =
    !/^\d+$/.test(text) &&
    address !== undefined &&
    session.tasks.some((task) => task.address === address);
  return isTask ? hex(address) : text;
}

export const set: CrashWord = {
  name: 'set',
  usage: '[PID|TASK | -c CPU | -p]',
  summary: 'show or change the current task',
  differs: ["crash's variables (radix, scroll, hex …) do not exist: options of a command do that."],
  *run(args, { session }) {
    const letters = lettersOf('set', args, 'c:pv', {
      refused: { a: 'no change of the task that a CPU runs' },
    });
    const [operand, ...more] = letters.operands;
    const cpu = letters.value('c');
    if (letters.has('v') || more.length > 0) {
      throw wordError('set', args.join(' '), 'PID, TASK, -c CPU or -p: there are no variables');
    }
    if (cpu !== undefined) {
      const [number = 0] = cpusIn(cpu, session.cpus);
      const task = session.onCpu(number);
      if (task === undefined) {
        throw wordError('set', `-c ${cpu}`, 'a CPU whose task is known');
      }
      session.current = task;
    } else if (letters.has('p')) {
      const task = session.ofPanic();
      if (task === undefined) {
        throw session.noPanic('set', '-p');
      }
      session.current = task;
    } else if (operand !== undefined) {
      const [task] = session.named('set', operand);
      session.current = task ?? session.current;
    }
    const { current } = session;
    yield* contextLines(current, session.cpuOf(current));
  },
};

/** What `set` shows of a task. */
function contextLines({ pid, comm, address, state }: Task, cpu: number | null): readonly string[] {
  const [head = ''] = taskLine({ pid, comm, address, cpu } as Task).split('  TASK');
  return [
    `    ${head.trim()}`,
    `COMMAND: "${printable(comm)}"`,
    `   TASK: ${address.toString(16)}`,
    `    CPU: ${cpu ?? '?'}`,
    `  STATE: ${state ?? '?'}`,
  ];
}

export const files: CrashWord = {
  name: 'files',
  usage: '[PID|TASK ...]',
  summary: 'show the open files of the current task, or of others',
  differs: ['-c and -R do not exist; --json has the inode and the mount of each file.'],
  *run(args, { session }) {
    const letters = lettersOf('files', args, 'd:p:', {
      refused: {
        c: "no counts of cached pages: 'extract PATH' says what is cached of a file",
        R: "no filter: 'files ... | grep TEXT' is one",
      },
    });
    const dentry = letters.value('d');
    const inode = letters.value('p');
    if (dentry !== undefined) {
      yield ['struct', 'dentry.d_inode,d_sb,d_parent,d_name', `0x${dentry.replace(/^0x/, '')}`];
    } else if (inode !== undefined) {
      yield ['extract', `0x${inode.replace(/^0x/, '')}`];
    } else {
      yield ['files', ...session.chosen('files', letters.operands).map(taskWord)];
    }
  },
};

export const vm: CrashWord = {
  name: 'vm',
  usage: '[-p | -m | -M MM | -P VMA | -f FLAGS] [PID|TASK]',
  summary: 'show the memory areas of the current task, or of another',
  differs: ['-p counts the pages of each area; crash lists each page.'],
  *run(args, { kernel, session }) {
    const letters = lettersOf('vm', args, 'pmxdM:P:f:', {
      refused: {
        R: "no filter: 'vm ... | grep TEXT' is one",
        v: "no structures of all areas: 'vm -P VMA' shows one",
      },
    });
    const [area, mm] = [letters.value('P'), letters.value('M')];
    if (letters.has('f')) {
      throw wordError('vm', '-f', "a FLAGS column: 'vm' shows r, w, x, s and p of each area");
    }
    if (area !== undefined) {
      yield ['struct', 'vm_area_struct', `0x${area.replace(/^0x/, '')}`];
      return;
    }
    for (const task of session.chosen('vm', letters.operands)) {
      if (letters.has('m')) {
        const at = mm ?? kernel.object('struct task_struct', task.address).at('mm').pointer();
        yield ['struct', 'mm_struct', typeof at === 'string' ? `0x${at}` : hex(at)];
      } else {
        yield ['vm', ...(letters.has('p') ? ['--pages'] : []), taskWord(task)];
      }
    }
  },
};

export const task: CrashWord = {
  name: 'task',
  usage: '[-R MEMBER,...] [-x|-d] [PID|TASK ...]',
  summary: 'show the task_struct of the current task, or of others',
  *run(args, { session }) {
    const letters = lettersOf('task', args, 'R:xd');
    const members = letters.values('R').join(',');
    for (const each of session.chosen('task', letters.operands)) {
      yield taskLine(each);
      yield [
        'struct',
        `task_struct${members === '' ? '' : `.${members}`}`,
        taskWord(each),
        ...(letters.has('x') ? ['--hex'] : []),
      ];
    }
  },
};
