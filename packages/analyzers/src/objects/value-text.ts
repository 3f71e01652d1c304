import {
  type CellValue,
  hex,
  isCharacter,
  isUnreadable,
  type Kernel,
  type KernelObject,
  printable,
  type ValueType,
} from '@vmcorekit/core';
import type { ComputedValue, Value } from '@vmcorekit/linux';

/** How values are written for people. */
export interface ValueStyle {
  readonly symbols: Kernel['symbols'];
  /** Integers in hexadecimal. */
  readonly isHex: boolean;
}

/** Equal elements of an array in a row that are written once, as gdb does. */
const fewestRepeats = 4;
/** Different elements of one array that are written. */
const maxElements = 200;
/** Values of one object that are read: the largest structures of Linux have some thousand. */
const maxValues = 65_536;
const maxNesting = 32;
/** Elements of one line end here. */
const lineLength = 76;
const textLimitInBytes = 256;
const lowestKernelAddress = 1n << 63n;

/** What an expression yields, as lines of C. Text of the dump is safe to print. */
export function valueLines(value: Value, style: ValueStyle): string[] {
  const text =
    value.kind === 'number'
      ? computedText(value, style)
      : new ValueWriter(style).text(value.object, 0);
  return text.split('\n');
}

/**
 * A value for a cell of a table: a number, a text or a truth value as it is, and a structure or an
 * array as C writes it, on one line. Null for what cannot be read.
 */
export function valueCell(object: KernelObject, style: ValueStyle): CellValue {
  const value = object.toJSON();
  return typeof value === 'object' && value !== null
    ? lineOf(object, style)
    : (value as Exclude<CellValue, readonly unknown[]>);
}

/** What `valueLines` has, on one line. */
export function lineOf(object: KernelObject, style: ValueStyle): string {
  return valueLines({ kind: 'object', object }, style)
    .map((line) => line.trim())
    .join(' ');
}

function computedText({ value, type }: ComputedValue, style: ValueStyle): string {
  return type.type?.kind === 'pointer'
    ? `(${printable(type.text)}) ${pointerText(value, style)}`
    : integerText(value, type.type, style);
}

class ValueWriter {
  readonly #style: ValueStyle;
  #left: number = maxValues;

  constructor(style: ValueStyle) {
    this.#style = style;
  }

  text(object: KernelObject, depth: number): string {
    if (--this.#left < 0 || depth > maxNesting) {
      return '...';
    }
    const { type } = object.type;
    switch (type?.kind) {
      case 'struct':
      case 'union':
        return this.#struct(object, depth);
      case 'array':
        return readable(() => this.#array(object, type.count, depth));
      case 'pointer':
        return readable(() => this.#pointer(object));
      case 'enumeration':
        return readable(() => printable(object.enumName() ?? String(object.bigint())));
      case 'integer':
        return readable(() => this.#integer(object, type));
      case 'function':
        return `{${printable(object.type.text)}} ${pointerText(object.address, this.#style)}`;
      default:
        return `<${printable(object.type.text)} at ${hex(object.address)}>`;
    }
  }

  #struct(object: KernelObject, depth: number): string {
    const indent = '  '.repeat(depth + 1);
    const all = object.members();
    this.#left -= all.length;
    const members = all.map(([name, member]) => {
      const value = this.text(member, depth + 1);
      return `${indent}${name === '' ? '' : `${printable(name)} = `}${value}`;
    });
    return members.length === 0 ? '{}' : `{\n${members.join(',\n')}\n${'  '.repeat(depth)}}`;
  }

  #array(object: KernelObject, count: number, depth: number): string {
    // A text up to its NUL has no size; one at the end of a structure has the size 0.
    const hasText = count > 0 || object.sizeInBytes === null;
    if (hasText && isCharacter(object.at('[0]').type)) {
      return quoted(object.text());
    }
    const runs: { text: string; count: number }[] = [];
    let done = 0;
    for (const element of object) {
      // Elements of no size could be billions.
      if (this.#left <= 0) {
        break;
      }
      const text = this.text(element, depth + 1);
      const last = runs.at(-1);
      if (last?.text === text) {
        last.count++;
      } else if (runs.length < maxElements) {
        runs.push({ text, count: 1 });
      } else {
        break;
      }
      done++;
    }
    const texts = runs.flatMap((run) =>
      run.count < fewestRepeats
        ? Array.from({ length: run.count }, () => run.text)
        : [`${run.text} <repeats ${run.count} times>`],
    );
    return inBraces(done < count ? [...texts, `<${count - done} more>`] : texts, depth);
  }

  #pointer(object: KernelObject): string {
    const address = object.pointer();
    const { type } = object.type;
    const to = type?.kind === 'pointer' ? type.to : null;
    const isText = address !== 0n && /\bchar \*$/.test(object.type.text) && to?.kind === 'integer';
    const pointed = isText ? tryText(object) : undefined;
    // Literals have no symbol of their own: the last one before them would mislead.
    return pointed === undefined
      ? pointerText(address, this.#style)
      : `${hex(address)} ${quoted(pointed)}`;
  }

  #integer(object: KernelObject, type: ValueType & { readonly kind: 'integer' }): string {
    const value = object.bigint();
    const text = integerText(value, type, this.#style);
    const isPrintable = value >= 0x20n && value < 0x7fn;
    return isCharacter(object.type) && isPrintable
      ? `${text} '${String.fromCharCode(Number(value))}'`
      : text;
  }
}

function integerText(value: bigint, type: ValueType | null, { isHex }: ValueStyle): string {
  if (type?.kind === 'integer' && type.isBoolean === true) {
    return value === 0n ? 'false' : 'true';
  }
  return isHex ? hex(value) : String(value);
}

function pointerText(value: bigint, { symbols }: ValueStyle): string {
  const symbol = value < lowestKernelAddress ? undefined : symbols.at(value);
  if (symbol === undefined) {
    return hex(value);
  }
  const distance = value - symbol.address;
  const module = symbol.module === null ? '' : ` [${printable(symbol.module)}]`;
  const offset = distance === 0n ? '' : `+${hex(distance)}`;
  return `${hex(value)} <${printable(symbol.name)}${offset}${module}>`;
}

/** On one line where they fit; structures have lines of their own. */
function inBraces(texts: readonly string[], depth: number): string {
  const indent = '  '.repeat(depth + 1);
  const line = `{${texts.join(', ')}}`;
  if (!line.includes('\n') && line.length + indent.length <= lineLength) {
    return line;
  }
  if (line.includes('\n')) {
    return `{\n${texts.map((text) => indent + text).join(',\n')}\n${'  '.repeat(depth)}}`;
  }
  const lines: string[] = [];
  for (const text of texts) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + text.length + indent.length + 2 <= lineLength) {
      lines[lines.length - 1] = `${last}, ${text}`;
    } else {
      lines.push(text);
    }
  }
  return `{\n${lines.map((each) => indent + each).join(',\n')}\n${'  '.repeat(depth)}}`;
}

function quoted(text: string): string {
  return `"${printable(text).replaceAll('"', '\\"')}"`;
}

function tryText(object: KernelObject): string | undefined {
  try {
    return object.text(textLimitInBytes);
  } catch (error) {
    if (error instanceof Error && isUnreadable(error)) {
      return undefined;
    }
    throw error;
  }
}

/** What stands where memory cannot be read. */
function readable(write: () => string): string {
  try {
    return write();
  } catch (error) {
    if (error instanceof Error && isUnreadable(error)) {
      return '<not readable>';
    }
    throw error;
  }
}
