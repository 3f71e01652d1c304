import { type KernelMemory, latin1Text, printable, tryRead, VmcorekitError } from '@vmcorekit/core';
import { directMapOf, slabObjectAt, spaceOf, userMemoryOf } from '@vmcorekit/linux';
import { type Letters, lettersOf } from './letters.ts';
import { addressIn, countOf, hexOrThrow, plainOrThrow, wordText } from './numbers.ts';
import type { CrashWord, Step, WordContext } from './word.ts';
import { wordError } from './word-error.ts';

const bytesPerLine = 16;
const charactersPerLine = 60;
const maxUnits = 2 ** 20;
const maxTextInBytes = 2 ** 20;

/** `rd`: crash counts words, and reads addresses as hexadecimal. Both stay so here. */
export const rd: CrashWord = {
  name: 'rd',
  usage: '[-adDsSupx] [-8|-16|-32|-64] [-o OFFSET] [-e END] ADDRESS|SYMBOL [COUNT]',
  summary: 'read memory in words of 8 to 64 bits, as text or as symbols',
  differs: [
    'ADDRESS is hexadecimal with or without 0x, and COUNT counts words, both as in crash.',
    'Memory that cannot be read ends the output with a sentence that says why.',
  ],
  *run(args, context) {
    const letters = lettersOf('rd', args, 'adDsSupxo:e:', {
      others: ['-8', '-16', '-32', '-64'],
      refused: {
        r: "no file: 'read ADDRESS LENGTH --raw > FILE' writes bytes",
        N: 'no other byte order: -8 shows single bytes',
        R: 'no reverse order: give a lower address and a COUNT',
        f: "no offset in the file: 'info' shows the layout of the dump",
        m: 'no machine address of Xen',
      },
    });
    const [place, count, ...more] = letters.operands;
    if (place === undefined || more.length > 0) {
      throw wordError('rd', letters.operands.join(' '), 'ADDRESS|SYMBOL [COUNT]');
    }
    if (count !== undefined && countOf('the COUNT of rd', count, maxUnits) === 0) {
      throw wordError('rd', `a COUNT of ${count}`, 'a COUNT of 1 or more');
    }
    const offset = letters.value('o');
    const start =
      addressIn(context.kernel, place) +
      (offset === undefined ? 0n : plainOrThrow('rd -o', offset));
    const end = letters.value('e');
    yield* letters.has('a')
      ? textLines(context, letters, start, count)
      : unitLines(context, letters, start, {
          count: count === undefined ? 1 : countOf('the COUNT of rd', count, maxUnits),
          end: end === undefined ? undefined : hexOrThrow('rd -e', end),
        });
  },
};

/** Reads as much as an address and a length say; throws what a read throws. */
type Read = (address: bigint, lengthInBytes: number) => Uint8Array;

function readerOf({ kernel, session }: WordContext, letters: Letters, address: bigint): Read {
  if (letters.has('p')) {
    const { memory } = kernel.dump.image;
    return (at, length) => memory.read(Number(at), length);
  }
  const space = spaceOf(kernel, address);
  const isUser = letters.has('u') || space === 'program';
  if (isUser && space === 'kernel') {
    throw wordError('rd', `-u ${address.toString(16)}`, 'an address of the lower half after -u');
  }
  const memory = isUser ? userMemory(kernel, session.current.address) : kernel.memory;
  return (at, length) => memory.read(at, length);
}

function userMemory(kernel: WordContext['kernel'], task: bigint): KernelMemory {
  const object = kernel.object('struct task_struct', task);
  const mm = object.at('mm').pointer();
  const memory = mm === 0n ? undefined : userMemoryOf(kernel, mm);
  if (memory === undefined) {
    throw wordError('rd', 'a user address', "a task that has user memory: choose one with 'set'");
  }
  return memory;
}

function* textLines(
  context: WordContext,
  letters: Letters,
  start: bigint,
  countText: string | undefined,
): Generator<Step> {
  const limit =
    countText === undefined
      ? maxTextInBytes
      : countOf('the COUNT of rd', countText, maxTextInBytes);
  const read = readerOf(context, letters, start);
  let done = 0;
  while (done < limit) {
    const at = start + BigInt(done);
    const length = Math.min(charactersPerLine, limit - done);
    const bytes = readUpTo(read, at, length);
    const text = latin1Text(bytes);
    const stop = text.search(/[^\x20-\x7e\n\t]/);
    const shown = stop < 0 ? text : text.slice(0, stop);
    if (shown !== '' || done === 0) {
      yield `${wordText(at, context.kernel.memory.wordSizeInBits)}:  ${shown.replace(/\n$/, '').replaceAll(/[\n\t]/g, ' ')}`;
    }
    if (stop >= 0 || bytes.length < length) {
      return;
    }
    done += length;
  }
  if (countText === undefined) {
    yield `rd: stopped after ${maxTextInBytes} bytes: the text has no end so far`;
  }
}

/** The bytes up to the first that cannot be read; throws where that is the first of all. */
function readUpTo(read: Read, at: bigint, length: number): Uint8Array {
  const whole = tryRead(() => read(at, length));
  if (whole !== undefined) {
    return whole;
  }
  let known = 0;
  while (known < length && tryRead(() => read(at + BigInt(known), 1)) !== undefined) {
    known++;
  }
  return read(at, Math.max(1, known));
}

function* unitLines(
  context: WordContext,
  letters: Letters,
  start: bigint,
  { count, end }: { readonly count: number; readonly end: bigint | undefined },
): Generator<Step> {
  const { wordSizeInBits, byteOrder } = context.kernel.memory;
  const [bits = String(wordSizeInBits)] = ['8', '16', '32', '64'].filter((each) =>
    letters.has(each),
  );
  const sizeInBits = Number(bits) as 8 | 16 | 32 | 64;
  const size = sizeInBits / 8;
  const isSymbolic = letters.has('s') || letters.has('S');
  if (isSymbolic && sizeInBits !== wordSizeInBits) {
    throw wordError('rd', `-s with -${sizeInBits}`, `words of ${wordSizeInBits} bits`);
  }
  const units = end === undefined ? count : unitsUntil(start, end, size);
  const read = readerOf(context, letters, start);
  const isDecimal = letters.has('d') || letters.has('D');
  const perLine = isDecimal || isSymbolic ? Math.max(2, 8 / size) : bytesPerLine / size;
  for (let done = 0; done < units; done += perLine) {
    const at = start + BigInt(done * size);
    const wanted = Math.min(perLine, units - done);
    const bytes = readUpTo(read, at, wanted * size);
    const known = Math.floor(bytes.length / size);
    const values = Array.from({ length: known }, (_, index) =>
      unitAt(bytes, index * size, size, byteOrder),
    );
    const texts = values.map((value) => {
      if (isDecimal) {
        const signed = letters.has('d') ? BigInt.asIntN(sizeInBits, value) : value;
        return String(signed).padStart(sizeInBits === 64 ? 20 : 11);
      }
      return isSymbolic
        ? symbolicText(context, letters, value, sizeInBits)
        : wordText(value, sizeInBits);
    });
    const line = texts.join(' ');
    const width = perLine * (size * 2 + 1) - 1;
    const shows = !isDecimal && !isSymbolic && !letters.has('x');
    const ascii = latin1Text(bytes.subarray(0, known * size)).replaceAll(/[^\x20-\x7e]/g, '.');
    yield `${wordText(at, wordSizeInBits)}:  ${shows ? `${line.padEnd(width)}   ${ascii}` : line}`;
    if (known < wanted) {
      read(at + BigInt(known * size), size);
    }
  }
}

function unitsUntil(start: bigint, end: bigint, size: number): number {
  const units = end > start ? (end - start + BigInt(size) - 1n) / BigInt(size) : 0n;
  if (units > BigInt(maxUnits)) {
    throw new VmcorekitError('usage', {
      what: 'the range of rd',
      got: `${units} words`,
      allowed: `at most ${maxUnits}`,
    });
  }
  return Number(units);
}

function unitAt(bytes: Uint8Array, at: number, size: number, order: 'little' | 'big'): bigint {
  let value = 0n;
  for (let index = 0; index < size; index++) {
    const place = order === 'little' ? at + size - 1 - index : at + index;
    value = (value << 8n) | BigInt(bytes[place] ?? 0);
  }
  return value;
}

/** A pointer as the symbol that it is in, or with -S as the slab cache of its object. */
function symbolicText(
  { kernel }: WordContext,
  letters: Letters,
  value: bigint,
  sizeInBits: number,
): string {
  const number = wordText(value, sizeInBits);
  // Small numbers are no addresses of the kernel: absolute symbols are there.
  const isOfKernel = value >= 1n << BigInt(sizeInBits - (sizeInBits === 64 ? 1 : 2));
  const symbol = isOfKernel ? kernel.symbols.at(value) : undefined;
  if (symbol !== undefined) {
    const offset = value - symbol.address;
    return `${printable(symbol.name)}${offset === 0n ? '' : `+${offset}`}`;
  }
  const map = letters.has('S') ? directMapOf(kernel) : undefined;
  const object = typeof map === 'object' ? slabObjectAt(kernel, map, value) : undefined;
  if (object === undefined) {
    return number;
  }
  const name = printable(object.cache);
  return letters.count('S') > 1 ? `[${number}:${name}]` : `[${name}]`;
}
