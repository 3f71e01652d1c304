import { hex } from '@vmcorekit/core';
import { directMapOf, perCpuAddress, spaceOf } from '@vmcorekit/linux';
import { lettersOf } from './letters.ts';
import { addressIn, cpusIn, hexOrThrow, plainOrThrow, wordText } from './numbers.ts';
import type { CrashWord, WordContext } from './word.ts';
import { wordError } from './word-error.ts';

/** The operands of a word that needs at least one. */
function someOf(word: string, operands: readonly string[], wanted: string): readonly string[] {
  if (operands.length === 0) {
    throw wordError(word, 'nothing', wanted);
  }
  return operands;
}

function pageShiftOf({ kernel }: WordContext): bigint {
  return BigInt(Math.log2(kernel.root.basePageSizeInBytes));
}

export const vtop: CrashWord = {
  name: 'vtop',
  usage: '[-c PID|TASK] [-u|-k] ADDRESS|SYMBOL ...',
  summary: 'translate a virtual address, and show its page tables',
  differs: [
    'An address of the lower half is of the current task, or of the one after -c. Where kernel and ' +
      'programs share addresses (s390x, 32 bits), only one after -u is.',
  ],
  *run(args, context) {
    const { kernel, session } = context;
    const letters = lettersOf('vtop', args, 'c:uk');
    const other = letters.value('c');
    for (const operand of someOf('vtop', letters.operands, 'ADDRESS|SYMBOL ...')) {
      const address = addressIn(kernel, operand);
      const isUser =
        !letters.has('k') && (letters.has('u') || spaceOf(kernel, address) === 'program');
      const [task] = other === undefined ? [session.current] : session.named('vtop', other);
      yield [
        'translate',
        ...(isUser && task !== undefined ? ['--pid', String(task.pid)] : []),
        hex(address),
      ];
    }
  },
};

export const ptov: CrashWord = {
  name: 'ptov',
  usage: 'ADDRESS | OFFSET:CPUS',
  summary: 'where the direct map has a physical address, or a CPU a per-CPU offset',
  *run(args, context) {
    const { kernel, session } = context;
    const { wordSizeInBits } = kernel.memory;
    for (const operand of someOf('ptov', lettersOf('ptov', args, '').operands, this.usage)) {
      const colon = operand.indexOf(':');
      const value = hexOrThrow(
        'the ADDRESS of ptov',
        colon < 0 ? operand : operand.slice(0, colon),
      );
      if (colon < 0) {
        const map = directMapOf(kernel);
        if (map === undefined) {
          throw wordError('ptov', operand, 'a dump whose direct map is known');
        }
        yield `${'VIRTUAL'.padEnd(wordSizeInBits / 4)}  PHYSICAL`;
        yield `${wordText(map.base + value, wordSizeInBits)}  ${value.toString(16)}`;
      } else {
        const list = operand.slice(colon + 1);
        yield `PER-CPU OFFSET: ${value.toString(16)}`;
        yield '  CPU    VIRTUAL';
        for (const cpu of list === '' ? [session.cpu] : cpusIn(list, session.cpus)) {
          const address = perCpuAddress(kernel, value, cpu);
          const text = address === undefined ? '–' : wordText(address, wordSizeInBits);
          yield `  [${cpu}]  ${text}`;
        }
      }
    }
  },
};

export const btop: CrashWord = {
  name: 'btop',
  usage: 'ADDRESS ...',
  summary: 'the page frame number of a physical address',
  *run(args, context) {
    for (const operand of someOf('btop', lettersOf('btop', args, '').operands, this.usage)) {
      const value = hexOrThrow('the ADDRESS of btop', operand);
      yield `${value.toString(16)}: ${(value >> pageShiftOf(context)).toString(16)}`;
    }
  },
};

export const ptob: CrashWord = {
  name: 'ptob',
  usage: 'PAGE_NUMBER ...',
  summary: 'the physical address of a page frame number',
  differs: ['PAGE_NUMBER is decimal, or hexadecimal with 0x or a letter in it, as in crash.'],
  *run(args, context) {
    for (const operand of someOf('ptob', lettersOf('ptob', args, '').operands, this.usage)) {
      const value = plainOrThrow('the PAGE_NUMBER of ptob', operand);
      yield `${value.toString(16)}: ${(value << pageShiftOf(context)).toString(16)}`;
    }
  },
};
