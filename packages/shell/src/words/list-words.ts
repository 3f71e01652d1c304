import { hex, isUnreadable, typeNamed } from '@vmcorekit/core';
import { type Letters, lettersOf } from './letters.ts';
import { addressIn, countOf } from './numbers.ts';
import type { CrashWord, Step, WordContext } from './word.ts';
import { wordError } from './word-error.ts';

const maxElements = 1_000_000;

/** Where a member is in its structure. */
interface Place {
  readonly offset: bigint;
}

/** `TYPE.MEMBER`, or a number of bytes. Throws `usage` and `unknown-name`. */
function placeIn({ kernel }: WordContext, text: string | undefined): Place {
  if (text === undefined) {
    return { offset: 0n };
  }
  if (!text.includes('.')) {
    return { offset: BigInt(countOf('an offset', text, 2 ** 31)) };
  }
  const dot = text.indexOf('.');
  const tag = text.slice(0, dot);
  const { text: type } = kernel.types.type?.(`struct ${tag}`) ?? typeNamed(kernel, tag);
  return { offset: kernel.object(type, 0n).at(text.slice(dot + 1)).address };
}

export const list: CrashWord = {
  name: 'list',
  usage:
    '[[-o] TYPE.MEMBER|OFFSET] [-h|-H] [-s TYPE.MEMBER,...] [-l TYPE.MEMBER|OFFSET] [-e END] ' +
    '[-r] [-x] START',
  summary: 'follow pointers from structure to structure',
  differs: [
    'Loops are found as in crash. vmcorekit list checks both neighbours, and finds torn lists.',
    'A structure after -s is shown as struct shows it.',
  ],
  *run(args, context) {
    const { kernel } = context;
    const letters = lettersOf('list', args, 'o:e:s:S:l:rhHxdB', {
      refused: {
        R: 'no other order than -r',
        O: "no offset of the head: 'struct -o TYPE.MEMBER ADDRESS' shows its place, for -H",
      },
    });
    const operands = [...letters.operands];
    const start = operands.pop();
    const placeText = letters.value('o') ?? operands.pop();
    if (start === undefined || operands.length > 0) {
      throw wordError('list', args.join(' '), '[TYPE.MEMBER|OFFSET] [-h|-H] [-s ...] START');
    }
    const place = placeIn(context, placeText);
    const address = addressIn(kernel, start);
    const isHead = letters.has('H');
    const isList = isHead || letters.has('h');
    const linkOffset = letters.has('r') ? BigInt(kernel.memory.wordSizeInBits / 8) : 0n;
    // -h starts at a structure or at its list_head; -H at a head that no structure holds.
    const isStruct = letters.has('h') && place.offset > 0n && isObject(context, place, address);
    const first = isStruct || !isList ? address + place.offset : address;
    const end = letters.value('e');
    yield* elements(context, letters, {
      first,
      place,
      isHead,
      isLinked: isList,
      linkOffset,
      end: end === undefined ? undefined : addressIn(kernel, end),
    });
  },
};

/** Whether an address after -h is that of a structure: its member then links to itself through. */
function isObject({ kernel }: WordContext, { offset }: Place, address: bigint): boolean {
  const word = BigInt(kernel.memory.wordSizeInBits / 8);
  try {
    const next = kernel.memory.readPointer(address + offset);
    return kernel.memory.readPointer(next + word) === address + offset;
  } catch (error) {
    if (error instanceof Error && isUnreadable(error)) {
      return false;
    }
    throw error;
  }
}

interface Chain {
  readonly first: bigint;
  readonly place: Place;
  readonly isHead: boolean;
  /** Whether pointers lead to the member, as in a list_head; else to the structure. */
  readonly isLinked: boolean;
  readonly linkOffset: bigint;
  readonly end: bigint | undefined;
}

function* elements(context: WordContext, letters: Letters, chain: Chain): Generator<Step> {
  const { memory } = context.kernel;
  const { first, place, isHead, isLinked, linkOffset, end } = chain;
  const seen = new Set<bigint>();
  let at = isHead ? memory.readPointer(first + linkOffset) : first;
  for (;;) {
    if ((isHead && at === first) || at === 0n || at === end) {
      break;
    }
    if (seen.has(at)) {
      if (at !== first) {
        yield `list: duplicate list entry: ${at.toString(16)}`;
      }
      break;
    }
    if (seen.size === maxElements) {
      yield `list: stopped after ${maxElements} elements: the list has no end so far`;
      break;
    }
    seen.add(at);
    const element = BigInt.asUintN(64, at - place.offset);
    yield* shown(context, letters, element);
    const next = memory.readPointer(at + linkOffset);
    at = isLinked || next === 0n ? next : next + place.offset;
  }
  if (seen.size === 0) {
    yield '(empty)';
  }
}

function* shown(context: WordContext, letters: Letters, element: bigint): Generator<Step> {
  yield element.toString(16);
  const shift = placeIn(context, letters.value('l')).offset;
  const hexFlag = letters.has('x') ? ['--hex'] : [];
  for (const type of [...letters.values('s'), ...letters.values('S')]) {
    yield ['struct', type, hex(BigInt.asUintN(64, element - shift)), ...hexFlag];
  }
}

const kinds: Readonly<Record<string, string>> = {
  rbtree: 'rb',
  radix: 'xarray',
  xarray: 'xarray',
  maple: 'maple',
};

export const tree: CrashWord = {
  name: 'tree',
  usage: '[-t rbtree|radix|xarray|maple] [-o TYPE.MEMBER] [-s TYPE.MEMBER,...] [-x] ROOT',
  summary: 'walk a red-black tree, a radix tree, an xarray or a maple tree',
  differs: [
    'ROOT is the address of the root, or its symbol. -N (a node as the start), -p and -l do not exist.',
    'A red-black tree needs TYPE.MEMBER after -o to show members.',
  ],
  *run(args, { kernel }) {
    const letters = lettersOf('tree', args, 't:r:o:s:S:xd', {
      most: 1,
      refused: {
        N: 'no node as a start: give the root',
        p: 'no positions in the tree',
        l: 'no linear order: elements of a red-black tree are in order',
        v: "no empty slots: 'struct maple_node' shows a node",
      },
    });
    const [start] = letters.operands;
    if (start === undefined) {
      throw wordError('tree', args.join(' '), '-t TYPE [-o TYPE.MEMBER] ROOT');
    }
    const type = letters.value('t') ?? 'rbtree';
    const kind = Object.entries(kinds).find(([name]) => name.startsWith(type.slice(0, 3)))?.[1];
    if (kind === undefined) {
      throw wordError('tree', `-t ${type}`, Object.keys(kinds).join(', '));
    }
    const root = BigInt.asUintN(
      64,
      addressIn(kernel, start) + rootOffset(kernel, letters.value('r')),
    );
    const shows = [...letters.values('s'), ...letters.values('S')];
    const place = letters.value('o');
    const tag = (shows[0] ?? '').split('.')[0] ?? '';
    const element = kind === 'rb' ? place : tag === '' ? undefined : tag;
    if (kind === 'rb' && place?.includes('.') === false) {
      throw wordError('tree', `-o ${place}`, '-o TYPE.MEMBER: an offset alone names no type');
    }
    const members = shows.map((each) => each.slice(each.indexOf('.') + 1)).join(',');
    yield [
      'list',
      hex(root),
      ...(element === undefined ? [] : [element]),
      '--kind',
      kind,
      ...(members === '' ? [] : ['--show', members]),
      ...(letters.has('x') ? ['--hex'] : []),
    ];
  },
};

function rootOffset(kernel: WordContext['kernel'], text: string | undefined): bigint {
  return text === undefined ? 0n : placeIn({ kernel } as WordContext, text).offset;
}
