import { hex, type Kernel, type KernelSymbol, printable, typeNamed } from '@vmcorekit/core';
import { perCpuAddress, perCpuOf, typedVariable } from '@vmcorekit/linux';
import { type Letters, lettersOf } from './letters.ts';
import { addressIn, countOf, cpusIn, hexNumber, hexOrThrow } from './numbers.ts';
import type { CrashWord, Step, WordContext } from './word.ts';
import { wordError } from './word-error.ts';

const maxCount = 65_536;

/** `struct`, `union` and a `*`: what differs is only the name. */
export function structWord(name: 'struct' | 'union' | '*'): CrashWord {
  return {
    name,
    usage: 'NAME[.MEMBER,...] [-o] [-l OFFSET] [-rx] [ADDRESS|SYMBOL][:CPUS] [COUNT]',
    summary: 'show a structure: members and offsets, or its values',
    differs: [
      'Members are written as C does. A definition has all offsets and sizes, so -o changes it not.',
      'MEMBER may be a path that follows pointers: mm->pgd.',
    ],
    run: (args, context) => structSteps(name, args, context),
  };
}

function* structSteps(
  word: string,
  args: readonly string[],
  context: WordContext,
): Generator<Step> {
  const { kernel } = context;
  const letters = lettersOf(word, args, 'ol:rxdc:', {
    refused: {
      p: 'no members that pointers lead to pointers: name a path, such as mm->pgd',
      u: "no user addresses: 'rd -u' reads them",
      f: 'no offsets in the file',
    },
  });
  const [named, place, countText] = letters.operands;
  if (named === undefined || letters.operands.length > 3) {
    throw wordError(word, args.join(' '), 'NAME[.MEMBER,...] [ADDRESS|SYMBOL] [COUNT]');
  }
  if (place === undefined) {
    const [tag = ''] = named.split('.');
    const isVariable =
      word === '*' &&
      ['struct', 'union', 'enum'].every(
        (kind) => kernel.types.type?.(`${kind} ${tag}`) === undefined,
      ) &&
      kernel.symbols.find(tag) !== undefined;
    yield [isVariable ? 'print' : 'struct', named];
    return;
  }
  const size = sizeOf(kernel, named.split('.')[0] ?? '');
  const given = letters.value('c') ?? countText;
  const isBack = given?.startsWith('-') === true;
  const count = given === undefined ? 1 : countOf('the COUNT', given.replace(/^-/, ''), maxCount);
  const shift = shiftOf(kernel, named, letters);
  for (const start of placesOf(context, place)) {
    for (let index = 0; index < count; index++) {
      const distance = BigInt((isBack ? index + 1 - count : index) * size);
      const address = BigInt.asUintN(64, start - shift + distance);
      if (letters.has('r')) {
        const bytes = kernel.memory.wordSizeInBits / 8;
        yield ['rd', address.toString(16), String(Math.ceil(size / bytes))];
      } else if (letters.has('o')) {
        yield* offsetLines(kernel, named, address);
      } else {
        yield ['struct', named, hex(address), ...(letters.has('x') ? ['--hex'] : [])];
      }
    }
  }
}

function sizeOf(kernel: Kernel, tag: string): number {
  return structNamed(kernel, tag).sizeInBytes ?? 0;
}

function structNamed(kernel: Kernel, tag: string) {
  const { types } = kernel;
  return types.type?.(`struct ${tag}`) ?? types.type?.(`union ${tag}`) ?? typeNamed(kernel, tag);
}

/** What `-l` takes off an address: a number of bytes, or the place of a member. */
function shiftOf(kernel: Kernel, named: string, letters: Letters): bigint {
  const text = letters.value('l');
  if (text === undefined) {
    return 0n;
  }
  if (/^\d+$/.test(text) || hexNumber(text) !== undefined) {
    return BigInt(countOf('the OFFSET of -l', text, 2 ** 31));
  }
  const [tag = '', ...path] = text.includes('.') ? text.split('.') : [named, text];
  const { text: type } = structNamed(kernel, tag);
  return kernel.object(type, 0n).at(path.join('.')).address;
}

/** Where an operand leads: one place, or that of each CPU in a list after a colon. */
function placesOf({ kernel, session }: WordContext, text: string): readonly bigint[] {
  const colon = text.indexOf(':');
  if (colon < 0) {
    return [addressIn(kernel, text)];
  }
  const list = text.slice(colon + 1);
  const address = addressIn(kernel, text.slice(0, colon));
  const cpus = list === '' ? [session.cpu] : cpusIn(list, session.cpus);
  return cpus.flatMap((cpu) => perCpuAddress(kernel, address, cpu) ?? []);
}

/** The members with their own addresses, as crash's `-o` has them. */
function* offsetLines(kernel: Kernel, named: string, address: bigint): Generator<Step> {
  const [tag = '', ...path] = named.split('.');
  const { text } = structNamed(kernel, tag);
  const object = kernel.object(text, address);
  const wanted = path.length === 0 ? undefined : path.join('.').split(',');
  yield `${printable(text)} {`;
  for (const [name, member] of wanted?.map((each) => [each, object.at(each)] as const) ??
    object.members()) {
    yield `  [${member.address.toString(16)}] ${printable(member.type.declare(name))};`;
  }
  yield '}';
}

/** `p`, `px` and `pd`. */
export function printWord(name: 'p' | 'px' | 'pd'): CrashWord {
  return {
    name,
    usage: '[-x|-d] EXPRESSION | SYMBOL:CPUS',
    summary: 'show the value of an expression, or of a per-CPU variable',
    differs: [
      'An expression is of C, as of print; it calls no function of gdb.',
      'A variable whose type no source has is refused; crash takes it from vmlinux.',
    ],
    *run(args, { kernel, session }) {
      const options = args.filter((each) => /^(-[xd]|\/[xd])$/.test(each));
      if (args.includes('-u')) {
        throw wordError(name, '-u', "no user addresses: 'rd -u' reads them");
      }
      const text = args
        .filter((each) => !options.includes(each))
        .join(' ')
        .trim();
      if (text === '') {
        throw wordError(name, 'nothing', 'an EXPRESSION or SYMBOL:CPUS');
      }
      const isHex = name === 'px' || options.some((each) => each.endsWith('x'));
      const flags = isHex ? ['--hex'] : [];
      const [, symbol, list] = /^([A-Za-z_]\w*(?:[.[].*)?):(\w[\w,-]*)?$/.exec(text) ?? [];
      if (symbol === undefined) {
        yield* isPerCpu(kernel, text)
          ? session.cpus.map((cpu) => ['print', perCpuText(text, cpu), ...flags])
          : [['print', text, ...flags]];
        return;
      }
      for (const cpu of list === undefined ? [session.cpu] : cpusIn(list, session.cpus)) {
        yield ['print', perCpuText(symbol, cpu), ...flags];
      }
    },
  };
}

/** `runqueues.nr_running` of CPU 1 is `per_cpu(runqueues, 1).nr_running`. */
function perCpuText(text: string, cpu: number): string {
  const [, name = text, rest = ''] = /^(\w+)(.*)$/s.exec(text) ?? [];
  return `per_cpu(${name}, ${cpu})${rest}`;
}

/** crash shows the type of a per-CPU variable and where each CPU has it; ours shows the values. */
function isPerCpu(kernel: Kernel, text: string): boolean {
  const name = /^[A-Za-z_]\w*$/.exec(text)?.[0];
  if (name === undefined || kernel.symbols.find(name) === undefined) {
    return false;
  }
  try {
    return (
      typedVariable(kernel, name).isPerCpu && (perCpuOf(kernel).possible.value ?? []).length > 0
    );
  } catch {
    // Its type is not known: print says so.
    return false;
  }
}

export const whatis: CrashWord = {
  name: 'whatis',
  usage: '[struct|union] NAME | ADDRESS | EXPRESSION',
  summary: 'show the type of a name, or say what lies at an address',
  differs: ['An ADDRESS needs 0x. -o, -r and -m do not exist; struct shows offsets.'],
  *run(args) {
    const letters = lettersOf('whatis', args, 'o', {
      refused: {
        r: 'no search of types by size',
        m: 'no search of types by member',
      },
    });
    yield letters.has('o')
      ? ['struct', ...letters.operands.slice(-1)]
      : ['whatis', letters.operands.join(' ')];
  },
};

export const sym: CrashWord = {
  name: 'sym',
  usage: '[-l] | [-M] | [-m MODULE] | [-q TEXT] | [-p|-n] SYMBOL|ADDRESS ...',
  summary: 'find symbols by name, address or a part of the name',
  differs: ['No source file and line: they are in a vmlinux.'],
  *run(args, { kernel }) {
    const letters = lettersOf('sym', args, 'lMm:q:pn');
    const part = letters.value('q');
    const module = letters.value('m');
    if (letters.has('l')) {
      yield* allSymbols(kernel);
    } else if (part !== undefined) {
      yield ['sym', '--match', part];
    } else if (module !== undefined || letters.has('M')) {
      yield ['sym', '--module', module ?? '*'];
    } else if (letters.has('p') || letters.has('n')) {
      yield* neighbours(kernel, letters);
    } else if (letters.operands.length === 0) {
      throw wordError('sym', 'nothing', 'SYMBOL|ADDRESS, -l, -M, -m MODULE or -q TEXT');
    } else {
      yield ['sym', ...letters.operands];
    }
  },
};

/** All symbols, a line each: no table, which a filter for a name would cut from its address. */
function* allSymbols({ symbols }: Kernel): Generator<Step> {
  for (const symbol of symbols) {
    yield symbolLine(symbol);
  }
}

function symbolLine({ address, type, name }: KernelSymbol): string {
  return `${address.toString(16)} (${type ?? '?'}) ${printable(name)}`;
}

/** The symbols before and after each, as -p and -n ask for them. */
function* neighbours(kernel: Kernel, letters: Letters): Generator<Step> {
  for (const operand of letters.operands) {
    const address = addressIn(kernel, operand);
    const at = kernel.symbols.at(address)?.address ?? address;
    let before: string | undefined;
    const own: string[] = [];
    let after: string | undefined;
    for (const symbol of kernel.symbols) {
      const each = symbol.address;
      const line = symbolLine(symbol);
      if (each < at) {
        before = line;
      } else if (each === at) {
        own.push(line);
      } else {
        after = line;
        break;
      }
    }
    yield* letters.has('p') && before !== undefined ? [before] : [];
    yield* own;
    yield* letters.has('n') && after !== undefined ? [after] : [];
  }
}

export const pte: CrashWord = {
  name: 'pte',
  usage: 'CONTENTS ...',
  summary: 'show the page and the flags of a page-table entry',
  *run(args, { kernel }) {
    const { mmu } = kernel.dump.architecture ?? {};
    for (const operand of lettersOf('pte', args, '').operands) {
      const value = hexOrThrow('the CONTENTS of pte', operand);
      const entry = mmu?.entryFacts?.(value);
      if (entry === undefined) {
        throw wordError('pte', operand, 'an entry of x86-64 tables; translate shows any walk');
      }
      yield '  PTE    PHYSICAL  FLAGS';
      yield `${value.toString(16)}  ${entry.leadsTo.toString(16)}  (${entry.flags.join('|')})`;
    }
  },
};
