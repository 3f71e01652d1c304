import { hex, type KernelObject, printable, tryRead } from '@vmcorekit/core';
import { lettersOf } from './letters.ts';
import { countOf, cpusIn } from './numbers.ts';
import type { CrashWord, Step, WordContext } from './word.ts';
import { wordError } from './word-error.ts';

export const sys: CrashWord = {
  name: 'sys',
  usage: '[-c [NAME|NUMBER]] [-t] [config]',
  summary: 'show the machine, the taint, or the table of system calls',
  differs: ['MEMORY is System RAM and usable memory, each with its source.'],
  *run(args, context) {
    const letters = lettersOf('sys', args, 'ct', {
      most: 1,
      refused: { i: "no table of its own: the model and firmware are among the lines of 'sys'" },
    });
    const [operand] = letters.operands;
    if (operand === 'config') {
      throw wordError('sys', 'config', "a kernel with CONFIG_IKCONFIG: 'extract /boot/config-*'");
    }
    if (letters.has('c')) {
      yield* systemCalls(context, operand);
    } else if (operand !== undefined) {
      throw wordError('sys', printable(operand), '-c NAME, -t or nothing');
    } else if (letters.has('t')) {
      yield ['print', 'tainted_mask', '--hex'];
      yield ['describe'];
    } else {
      yield ['describe'];
    }
  },
};

const maxSystemCalls = 2048;

/**
 * The functions of `sys_call_table`, up to its last word that leads to one. Where its size is not
 * known, up to the first word that does not. Throws what a read throws.
 */
function* systemCalls({ kernel }: WordContext, wanted: string | undefined): Generator<Step> {
  const table = kernel.symbols.find('sys_call_table');
  if (table === undefined) {
    throw wordError('sys', '-c', 'a kernel whose symbols name sys_call_table');
  }
  const { memory } = kernel;
  const word = memory.wordSizeInBits / 8;
  const size = Math.floor((table.sizeInBytes ?? 0) / word);
  const count = Math.min(size === 0 ? maxSystemCalls : size, maxSystemCalls);
  const isWanted = (number: number, name: string) =>
    wanted === undefined ||
    (/^(\d+|0x[\da-f]+)$/i.test(wanted) ? Number(wanted) === number : name.includes(wanted));
  let found = 0;
  yield 'NUM  SYSTEM CALL';
  // What lies between the table and the next symbol is none of it.
  const names = Array.from({ length: count }, (_, number) =>
    functionAt(kernel, memory.readPointer(table.address + BigInt(number * word))),
  );
  const end =
    size === 0
      ? names.findIndex(({ isStart }) => !isStart)
      : names.findLastIndex(({ isStart }) => isStart) + 1;
  for (const [number, { name }] of names.slice(0, end < 0 ? count : end).entries()) {
    if (isWanted(number, name)) {
      found++;
      yield `${String(number).padStart(3)}  ${name}`;
    }
  }
  if (found === 0) {
    yield wanted === undefined ? '(empty)' : `no system call is ${printable(wanted)}`;
  }
}

/** The function that a pointer leads to, or the pointer: a hook may lead where no symbol is. */
function functionAt({ symbols }: WordContext['kernel'], pointer: bigint) {
  const symbol = symbols.at(pointer);
  const isStart = symbol?.address === pointer;
  const name = isStart ? printable(symbol.name) : `${pointer.toString(16)}, no function's start`;
  return { isStart, name };
}

export const mach: CrashWord = {
  name: 'mach',
  usage: '[-m | -c [-x]]',
  summary: 'show the machine: page sizes, CPUs, memory map',
  *run(args, context) {
    const { kernel, session } = context;
    const letters = lettersOf('mach', args, 'mcxd', {
      most: 0,
      refused: { o: 'no OPAL console' },
    });
    if (letters.has('m')) {
      yield* firmwareMap(context);
    } else if (letters.has('c')) {
      for (const cpu of session.cpus) {
        yield `CPU ${cpu}:`;
        yield ['print', `per_cpu(cpu_info, ${cpu})`, ...(letters.has('x') ? ['--hex'] : [])];
      }
    } else {
      const { architecture } = kernel.dump;
      yield `          MACHINE TYPE: ${architecture?.name ?? '–'}`;
      yield `                  CPUS: ${session.cpus.length}`;
      yield `             WORD SIZE: ${kernel.memory.wordSizeInBits}`;
      yield `             PAGE SIZE: ${kernel.root.basePageSizeInBytes}`;
      yield `           PAGE TABLES: ${printable(kernel.root.summary)}`;
      for (const name of ['page_offset_base', 'vmalloc_base', 'vmemmap_base']) {
        const at = kernel.symbols.find(name)?.address;
        const value = at === undefined ? undefined : tryRead(() => kernel.memory.readPointer(at));
        if (value !== undefined) {
          yield `${name.toUpperCase().padStart(22)}: ${value.toString(16)}`;
        }
      }
      yield ['describe'];
    }
  },
};

const maxRanges = 4096;

/** The ranges of `e820_table`, which only x86 has. Source: Linux, arch/x86/include/asm/e820. */
function* firmwareMap({ kernel }: WordContext): Generator<Step> {
  const at = kernel.symbols.find('e820_table')?.address;
  if (at === undefined) {
    throw wordError('mach', '-m', "an x86 kernel: 'dev -i' shows the memory of any machine");
  }
  const table = kernel.object('struct e820_table', kernel.memory.readPointer(at));
  const stated = table.at('nr_entries').number();
  const count = Math.min(stated, maxRanges);
  yield '      PHYSICAL ADDRESS RANGE         TYPE';
  for (let index = 0; index < count; index++) {
    const entry = table.at(`entries[${index}]`);
    const start = entry.at('addr').bits();
    const end = start + entry.at('size').bits();
    const digits = (value: bigint) => value.toString(16).padStart(16, '0');
    yield `${digits(start)} - ${digits(end)}  ${typeOfRange(entry.at('type'))}`;
  }
  if (stated > count) {
    yield `mach: stopped here: e820_table states ${stated} ranges`;
  }
}

function typeOfRange(type: KernelObject): string {
  return printable((type.enumName() ?? String(type.bits())).replace(/^E820_TYPE_/, 'E820_'));
}

export const log: CrashWord = {
  name: 'log',
  usage: '[-t | -T] [-m]',
  summary: "show the kernel's messages",
  differs: [
    '-d, -a and -s do not exist: dictionaries, audit records and NMI buffers are not read.',
  ],
  *run(args) {
    const letters = lettersOf('log', args, 'tTm', {
      most: 0,
      refused: {
        d: 'no dictionaries: devices of messages are not read',
        a: 'no audit records',
        s: 'no buffers of NMIs: since Linux 5.15 they go into the log',
      },
    });
    yield [
      'log',
      ...(letters.has('T') ? ['--clock'] : []),
      ...(letters.has('t') ? ['--bare'] : []),
      ...(letters.has('m') ? ['--prefix'] : []),
    ];
  },
};

export const mod: CrashWord = {
  name: 'mod',
  usage: '[NAME ...]',
  summary: 'list the modules; all about one',
  differs: [
    'Modules need no object files: symbols and types are in memory. So -s, -S and -d do not exist.',
    'The newest module comes first; crash orders by address.',
  ],
  *run(args) {
    const noFiles = 'no object files: symbols and types of modules are in memory';
    const letters = lettersOf('mod', args, '', {
      refused: {
        t: "no choice by taint: 'mod' shows the taint of each",
        s: noFiles,
        S: noFiles,
        d: noFiles,
        D: noFiles,
        r: noFiles,
        R: noFiles,
      },
    });
    yield ['mod', ...letters.operands];
  },
};

export const mount: CrashWord = {
  name: 'mount',
  usage: '[-n PID|TASK]',
  summary: 'show the mounts that a task sees',
  differs: ['No -f and -i: open files are those of files, inodes are not listed.'],
  *run(args, { session }) {
    const letters = lettersOf('mount', args, 'n:', {
      most: 0,
      refused: {
        f: "no files of a mount: 'files --json' has the mount of each open file",
        i: 'no inodes of a mount',
      },
    });
    const other = letters.value('n');
    const [task] = other === undefined ? [] : session.named('mount', other);
    yield ['mount', ...(task === undefined ? [] : [hex(task.address)])];
  },
};

export const net: CrashWord = {
  name: 'net',
  usage: '[-a] | [-s|-S] [PID|TASK] | [-n [PID|TASK]] | -N ADDRESS',
  summary: 'show network devices, neighbours, or the sockets of a task',
  differs: ['-s shows each socket with its state and ends; crash shows its family and type.'],
  *run(args, context) {
    const { kernel, session } = context;
    const letters = lettersOf('net', args, 'sSanN:xd', {
      refused: { R: "no filter: 'net ... | grep TEXT' is one" },
    });
    const address = letters.value('N');
    const isOfTasks = letters.has('s') || letters.has('S');
    if (!isOfTasks && letters.operands.length > Number(letters.has('n'))) {
      throw wordError('net', args.join(' '), this.usage);
    }
    if (address !== undefined) {
      yield ipv4Text(address, kernel.memory.byteOrder);
    } else if (letters.has('a')) {
      yield ['net', '--neighbours'];
    } else if (isOfTasks) {
      for (const task of session.chosen('net', letters.operands)) {
        yield ['net', '--processes', '--task', String(task.pid)];
      }
    } else if (letters.has('n')) {
      const [task] = session.chosen('net', letters.operands);
      const place = `((struct task_struct *)${hex(task?.address ?? 0n)})->nsproxy->net_ns->ns.inum`;
      const space = tryRead(() =>
        kernel.object('struct task_struct', task?.address ?? 0n).at('nsproxy->net_ns->ns.inum'),
      );
      yield space === undefined
        ? ['print', place]
        : ['net', '--devices', '--namespace', String(space.number())];
    } else {
      yield ['net', '--devices'];
    }
  },
};

/** An IPv4 address as the machine has it in a word. */
function ipv4Text(text: string, order: 'little' | 'big'): string {
  const value = countOf('net -N', text, 2 ** 32 - 1);
  const bytes = [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff);
  return (order === 'little' ? bytes : bytes.toReversed()).join('.');
}

export const irq: CrashWord = {
  name: 'irq',
  usage: '[-u] | -s | -a | -b',
  summary: 'show interrupts: handlers, counts, affinity, soft interrupts',
  differs: ['Only interrupts with a handler are listed, as with -u of crash.'],
  *run(args) {
    const letters = lettersOf('irq', args, 'usab', {
      most: 0,
      refused: {
        c: 'no choice of CPUs: -s has a column of each',
        d: "no descriptor table: 'rd -s idt_table COUNT' shows its words",
      },
    });
    yield [
      'irq',
      ...(letters.has('s') ? ['--counts'] : []),
      ...(letters.has('a') ? ['--affinity'] : []),
      ...(letters.has('b') ? ['--soft'] : []),
    ];
  },
};

export const runq: CrashWord = {
  name: 'runq',
  usage: '[-c CPUS] [-t|-m]',
  summary: 'show what each CPU runs, and what waits for it',
  differs: ['The clock of each queue is always shown, so -t and -m change nothing.'],
  *run(args, { session }) {
    const letters = lettersOf('runq', args, 'tmc:', {
      most: 0,
      refused: {
        T: 'no lags: the clock of each queue is shown',
        g: 'no tree of groups: tasks in groups are shown with the others',
      },
    });
    const cpus = letters.value('c');
    if (cpus === undefined) {
      yield ['runq'];
      return;
    }
    for (const cpu of cpusIn(cpus, session.cpus)) {
      yield ['runq', '--cpu', String(cpu)];
    }
  },
};

export const timer: CrashWord = {
  name: 'timer',
  usage: '[-r] [-C CPUS]',
  summary: 'show the timers that wait',
  differs: ['Without -r, both kinds are shown: those in jiffies, then hrtimers.'],
  *run(args, { session }) {
    const letters = lettersOf('timer', args, 'rC:', { most: 0 });
    const cpus = letters.value('C');
    const options = letters.has('r') ? ['--hrtimers'] : [];
    for (const cpu of cpus === undefined ? [undefined] : cpusIn(cpus, session.cpus)) {
      yield ['timer', ...options, ...(cpu === undefined ? [] : ['--cpu', String(cpu)])];
    }
  },
};

export const dev: CrashWord = {
  name: 'dev',
  usage: '[-d | -i]',
  summary: 'show devices: numbers, disks, I/O ports and memory',
  differs: ['-p, -D, -V and -v do not exist: PCI devices and requests in flight are not read.'],
  *run(args) {
    const letters = lettersOf('dev', args, 'di', {
      most: 0,
      refused: {
        p: 'no PCI devices: dev -i names them by their ranges',
        D: '-d: every disk is shown',
        V: "no device dumps: 'info' lists the notes of the file",
        v: "no device dumps: 'info' lists the notes of the file",
      },
    });
    yield ['dev', ...(letters.has('d') ? ['--disks'] : []), ...(letters.has('i') ? ['--io'] : [])];
  },
};
