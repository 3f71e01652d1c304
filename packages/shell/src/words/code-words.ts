import { hex } from '@vmcorekit/core';
import { routineAt, spaceOf } from '@vmcorekit/linux';
import { lettersOf } from './letters.ts';
import { addressIn, countOf } from './numbers.ts';
import type { CrashWord } from './word.ts';
import { wordError } from './word-error.ts';

const maxCount = 100_000;
const needsLines = 'no source lines: they are in a vmlinux, and gdb shows them (gdbserver)';

export const dis: CrashWord = {
  name: 'dis',
  usage: '[-r|-f] [-xdu] [ADDRESS|SYMBOL|(EXPRESSION)] [COUNT]',
  summary: 'show the machine code of a function, or at an address',
  differs: [
    'Mnemonics of x86 have the size of their operands: movq for mov, callq for call.',
    'An address of the lower half is of the current task.',
    'A line says where the address lies within an instruction.',
  ],
  *run(args, { kernel, session }) {
    const letters = lettersOf('dis', args, 'rfxdu', {
      refused: {
        l: needsLines,
        s: needsLines,
        b: "no bytes that were changed: 'dis --bytes FUNCTION' shows those in the dump",
      },
    });
    const [place, countText, ...more] = letters.operands;
    if (place === undefined || more.length > 0) {
      throw wordError('dis', args.join(' '), this.usage);
    }
    const address = addressIn(kernel, place);
    const [ofFunction] = letters.given('rf');
    if (ofFunction !== undefined && routineAt(kernel, address) === undefined) {
      throw wordError('dis', `-${ofFunction} ${hex(address)}`, 'an address in a known function');
    }
    const isName = kernel.symbols.find(place) !== undefined;
    const isUser = letters.has('u') || (!isName && spaceOf(kernel, address) === 'program');
    const count =
      countText === undefined ? [] : ['--count', String(countOf('the COUNT', countText, maxCount))];
    yield [
      'dis',
      isName ? place : hex(address),
      ...(isUser ? ['--pid', String(session.current.pid)] : []),
      ...(letters.has('r') ? ['--until'] : []),
      ...(letters.has('f') ? ['--rest'] : []),
      ...(letters.has('x') ? ['--hex'] : []),
      ...count,
    ];
  },
};
