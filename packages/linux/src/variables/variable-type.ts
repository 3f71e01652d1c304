import {
  type DeclaredType,
  isCharacter,
  type Kernel,
  type KernelSymbol,
  plainType,
  plural,
  printable,
  VmcorekitError,
} from '@vmcorekit/core';
import { variableTypes } from './variable-types.ts';

/** What is known of a variable, beside its place. */
export interface TypedVariable {
  readonly symbol: KernelSymbol;
  readonly type: DeclaredType;
  /** The source of the type: `BTF`, or `the table of variables`. */
  readonly from: string;
  readonly isPerCpu: boolean;
  /** What hangs on a list's head, as `structure.member`; undefined where that is not known. */
  readonly elements?: string | undefined;
}

type Of = Pick<Kernel, 'types' | 'symbols' | 'memory'>;

const perCpuSections = '.data..percpu';
/** A symbol up to the next one may hold this many elements. */
const maxElements = 2 ** 20;

/**
 * The type of a variable: what the kernel's types say, else the table of this library. Throws
 * `unknown-name` for an unknown symbol. Throws `usage` where no type is known, or where the type of
 * the table does not fit between the symbol and the next one.
 */
export function typedVariable(kernel: Of, name: string): TypedVariable {
  const symbol = kernel.symbols.find(name);
  if (symbol === undefined) {
    throw new VmcorekitError('unknown-name', {
      kind: `variable (symbols: ${kernel.symbols.from})`,
      name: printable(name),
      known: [],
    });
  }
  const known = kernel.types.variableType?.(name);
  const entry = variableTypes.get(name);
  if (known !== undefined) {
    return {
      symbol,
      type: known.type,
      from: known.from,
      isPerCpu: known.section?.startsWith(perCpuSections) ?? entry?.isPerCpu ?? false,
      elements: entry?.elements,
    };
  }
  const type = entry?.types
    .map((text) => typeWithSize(kernel, text, symbol))
    .find((each) => each !== undefined);
  if (entry === undefined || type === undefined) {
    throw usage(
      name,
      `a variable of unknown type (${kernel.types.from})`,
      entry === undefined
        ? `a cast of its address, such as *(unsigned long *)&${printable(name)}`
        : `a kernel whose types have ${entry.types.join(' or ')}`,
      true,
    );
  }
  const { sizeInBytes } = symbol;
  if (sizeInBytes !== null && (type.sizeInBytes ?? 0) > sizeInBytes) {
    throw usage(
      name,
      `${plural(sizeInBytes, 'byte')} up to the next symbol`,
      `the ${type.sizeInBytes} bytes of ${printable(type.text)}`,
    );
  }
  return {
    symbol,
    type,
    from: 'the table of variables',
    isPerCpu: entry.isPerCpu ?? false,
    elements: entry.elements,
  };
}

/** The type, with its number of elements counted; undefined if unknown. */
function typeWithSize(
  { types, memory }: Of,
  text: string,
  symbol: KernelSymbol,
): DeclaredType | undefined {
  const [, written = '', enumerator, enumeration = ''] =
    /^(.*?) ?\[(?:(\w+) of (\w+))?\]$/.exec(text) ?? [];
  if (written === '') {
    return types.type?.(text);
  }
  const element = types.type?.(written);
  const count =
    enumerator === undefined
      ? countUpToNext(symbol, element)
      : Number(types.enumeration(enumeration)?.get(enumerator) ?? -1n);
  if (element === undefined || count < 0 || count > maxElements) {
    return undefined;
  }
  const array = plainType(
    { kind: 'array', of: element.type, count },
    memory.wordSizeInBits / 8,
    `${element.text}${element.text.endsWith('*') ? '' : ' '}[${count === 0 ? '' : count}]`,
  );
  // The end of a text is its NUL: how much of the space after it is the array's is not known.
  return count === 0 ? { ...array, sizeInBytes: null } : array;
}

function countUpToNext({ sizeInBytes }: KernelSymbol, element: DeclaredType | undefined): number {
  if (element === undefined || !element.sizeInBytes || isCharacter(element)) {
    return 0;
  }
  return Math.floor((sizeInBytes ?? 0) / element.sizeInBytes);
}

function usage(name: string, got: string, allowed: string, lacksType?: true): VmcorekitError {
  return new VmcorekitError('usage', {
    what: `how the variable ${printable(name)} is read`,
    got,
    allowed,
    ...(lacksType === undefined ? {} : { lacksType }),
  });
}
