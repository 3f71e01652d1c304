import { hex, printable } from '@vmcorekit/core';
import { pageFlagNames, spaceOf } from '@vmcorekit/linux';
import { lettersOf } from './letters.ts';
import { addressIn, hexNumber, hexOrThrow, plainOrThrow, wordText } from './numbers.ts';
import type { CrashWord, Step, WordContext } from './word.ts';
import { wordError } from './word-error.ts';

const options: Readonly<Record<string, readonly string[]>> = {
  i: ['--info'],
  f: ['--zones'],
  z: ['--zones'],
  V: ['--vmstat'],
  v: ['--vmalloc'],
  n: ['--nodes'],
  h: ['--info'],
};

export const kmem: CrashWord = {
  name: 'kmem',
  usage: '[-i|-f|-z|-V|-v|-n|-h|-o] | -s [CACHE] | -p [ADDRESS] | -g [FLAGS] | ADDRESS ...',
  summary: "show the kernel's memory: totals, zones, slabs, pages",
  differs: [
    '-f shows how many free blocks of each order a zone has, without the pages in them.',
    'An ADDRESS shows what it is (whatis), and its page where it has one.',
  ],
  *run(args, context) {
    const { kernel } = context;
    const letters = lettersOf('kmem', args, 'ifzVvnhosSpgP', {
      refused: {
        F: 'no list of all free pages: -f counts them',
        c: "no list of the page cache: 'extract PATH' reads a file of it",
        C: "no list of the page cache: 'extract PATH' reads a file of it",
        m: "no members of all pages: 'struct page ADDRESS' shows one",
        r: 'no older option',
        I: 'no caches to leave out',
      },
    });
    const [operand, ...more] = letters.operands;
    // -f and -v take an address, as in crash: what lies there is the answer.
    const takesNone = letters.given('izVnho').length > 0;
    const takesOne = letters.given('pPg').length > 0;
    if ((takesNone && operand !== undefined) || (takesOne && more.length > 0)) {
      throw wordError('kmem', args.join(' '), this.usage);
    }
    if (letters.has('S')) {
      throw wordError('kmem', '-S', '-s CACHE: the slabs of a cache are counted, not listed');
    }
    if (letters.has('o')) {
      yield* perCpuLines(context);
    } else if (letters.has('g')) {
      yield* flagLines(context, operand);
    } else if (letters.has('s')) {
      const cache = operand !== undefined && hexNumber(operand) !== undefined && operand.length > 8;
      yield cache
        ? ['whatis', hex(addressIn(kernel, operand))]
        : ['kmem', '--slabs', ...letters.operands];
    } else if (letters.has('p') || letters.has('P')) {
      if (operand === undefined) {
        throw wordError('kmem', '-p', '-p ADDRESS: one page, not the millions of all');
      }
      const address = addressIn(kernel, operand);
      yield ['kmem', '--page', hex(address)];
    } else if (operand !== undefined) {
      for (const each of letters.operands) {
        const address = addressIn(kernel, each);
        yield ['whatis', hex(address)];
        if (spaceOf(kernel, address) !== 'program') {
          yield ['kmem', hex(address)];
        }
      }
    } else {
      const given = letters.given('ifzVvnh').flatMap((letter) => options[letter] ?? []);
      if (given.length === 0) {
        throw wordError('kmem', 'nothing', '-i -f -z -V -v -n -s -p -o -g or an ADDRESS');
      }
      yield ['kmem', ...new Set(given)];
    }
  },
};

function* perCpuLines({ kernel, session }: WordContext): Generator<Step> {
  yield 'PER-CPU OFFSET VALUES:';
  for (const cpu of session.cpus) {
    const at = kernel.symbols.find('__per_cpu_offset')?.address;
    const word = kernel.memory.wordSizeInBits / 8;
    const value = at === undefined ? undefined : kernel.memory.readPointer(at + BigInt(cpu * word));
    yield `  CPU ${cpu}: ${value === undefined ? '–' : wordText(value, 8 * word)}`;
  }
}

function* flagLines({ kernel }: WordContext, operand: string | undefined): Generator<Step> {
  const bits = kernel.types.enumeration('pageflags');
  const wanted = operand === undefined ? undefined : hexOrThrow('the FLAGS of kmem -g', operand);
  if (wanted !== undefined) {
    yield `FLAGS: ${wanted.toString(16)}`;
    yield `  ${printable(pageFlagNames(kernel, wanted).join(',')) || '(none)'}`;
    return;
  }
  for (const [name, bit] of bits ?? []) {
    yield `${printable(name).padEnd(24)} ${String(bit).padStart(2)}  ${(1n << (bit & 63n)).toString(16)}`;
  }
}

const widths: Readonly<Record<string, string>> = { c: '--text', w: '--u32', h: '--u16' };

export const search: CrashWord = {
  name: 'search',
  usage: '[-k|-u|-p] [-s START] [-e END | -l LENGTH] [-x COUNT] [-w|-h] VALUE|SYMBOL ... | -c TEXT',
  summary: 'search memory for a number, a symbol or a text',
  differs: [
    'The kernel is searched without -k too. -K, -V, -t, -T and -m do not exist.',
    '-x counts bytes around a hit, not words.',
  ],
  *run(args, context) {
    const { kernel, session } = context;
    const letters = lettersOf('search', args, 'kups:e:l:x:cwh', {
      refused: {
        K: '-k with -s and -e: the parts of virtual memory are not searched by kind',
        V: '-k with -s and -e: the parts of virtual memory are not searched by kind',
        t: '-k with -s and -e: the stacks of tasks are not searched by kind',
        T: '-k with -s and -e: the stacks of tasks are not searched by kind',
        m: 'values without a mask',
      },
    });
    if (letters.operands.length === 0) {
      throw wordError('search', args.join(' '), 'a VALUE, a SYMBOL or -c TEXT');
    }
    const [letter = ''] = letters.given('cwh');
    const word = kernel.memory.wordSizeInBits;
    const from = letters.value('s');
    const start = from === undefined ? undefined : addressIn(kernel, from);
    const to = letters.value('e');
    const length = letters.value('l');
    if (length !== undefined && (start === undefined || to !== undefined)) {
      throw wordError('search', `-l ${length}`, '-s START with -l LENGTH, and no -e');
    }
    const end =
      to !== undefined
        ? addressIn(kernel, to)
        : length === undefined || start === undefined
          ? undefined
          : start + plainOrThrow('the LENGTH of search', length);
    const around = letters.value('x');
    const space = letters.has('p')
      ? []
      : letters.has('u')
        ? ['--pid', String(session.current.pid)]
        : ['--virtual'];
    for (const operand of letters.operands) {
      const option = widths[letter] ?? `--u${word}`;
      const value = letter === 'c' ? operand : hex(addressIn(kernel, operand));
      yield [
        'find',
        `${option}=${value}`,
        ...space,
        ...(start === undefined ? [] : ['--from', hex(start)]),
        ...(end === undefined ? [] : ['--to', hex(end)]),
        ...(around === undefined ? [] : ['--context', around]),
      ];
    }
  },
};

export const swap: CrashWord = {
  name: 'swap',
  usage: '',
  summary: 'show the swap devices',
  *run(args) {
    lettersOf('swap', args, '', { most: 0 });
    yield ['kmem', '--swap'];
  },
};
