import { type ByteOrder, hex } from '@vmcorekit/core';
import {
  bytesInText,
  bytesPattern,
  type FindPattern,
  numberPattern,
  textPattern,
} from '@vmcorekit/engine';
import { type AddressOperand, parseAddressOperand } from './address-operand.ts';
import { wordAmongFiles } from './dump-first.ts';
import { flag, type OptionSpec, type OptionValues, value } from './option-spec.ts';
import { UsageError } from './usage-error.ts';

type Size = 1 | 2 | 4 | 8;

/** What `find` looks for. */
export const wantedOptionTable: {
  readonly text: OptionSpec<string | undefined>;
  readonly bytes: OptionSpec<Uint8Array | undefined>;
  readonly u8: OptionSpec<AddressOperand | undefined>;
  readonly u16: OptionSpec<AddressOperand | undefined>;
  readonly u32: OptionSpec<AddressOperand | undefined>;
  readonly u64: OptionSpec<AddressOperand | undefined>;
  readonly pointer: OptionSpec<AddressOperand | undefined>;
  readonly utf16: OptionSpec<boolean>;
  readonly 'ignore-case': OptionSpec<boolean>;
  readonly unaligned: OptionSpec<boolean>;
} = {
  text: value('STRING', 'find this text, as UTF-8', (text) => text),
  bytes: value('HEX', "find these bytes, like 'de ad be ef' or deadbeef", parseBytes),
  u8: value('NUMBER', 'find this number of one byte', parseNumber),
  u16: value('NUMBER', "find this number of two bytes, in the dump's byte order", parseNumber),
  u32: value('NUMBER', 'find this number of four bytes', parseNumber),
  u64: value('NUMBER', 'find this number of eight bytes', parseNumber),
  pointer: value(
    'ADDRESS',
    'find the pointers to this address, or to a symbol like init_task',
    parseAddressOperand,
  ),
  utf16: flag('look for the text as UTF-16'),
  'ignore-case': flag('ignore the case of the letters A to Z in the text', 'i'),
  unaligned: flag('find a number also at an address that is no multiple of its size'),
};

/** What is wanted, once the dump is known. */
export interface Wanted {
  /** For people: `the text 'x'`. */
  readonly text: string;
  /** The symbol whose address is wanted; undefined if none is. */
  readonly symbol: Exclude<AddressOperand, bigint> | undefined;
  /** `address` is the symbol's. Throws `usage` for what cannot lie in this memory. */
  patternIn(
    memory: { readonly byteOrder: ByteOrder; readonly wordSizeInBits: 32 | 64 },
    address: bigint | undefined,
  ): FindPattern;
}

const sizes: Readonly<Record<'u8' | 'u16' | 'u32' | 'u64', Size>> = {
  u8: 1,
  u16: 2,
  u32: 4,
  u64: 8,
};

/**
 * The one thing that the options ask for. If they ask for none, the error advises options for the
 * last of `operands`. Throws `UsageError`, and `usage` for what no memory can hold.
 */
export function wantedOf(
  options: OptionValues<typeof wantedOptionTable>,
  operands: readonly string[],
): Wanted {
  const kinds = ['text', 'bytes', 'u8', 'u16', 'u32', 'u64', 'pointer'] as const;
  const given = kinds.filter((kind) => options[kind] !== undefined);
  const [kind, other] = given;
  if (kind === undefined) {
    throw new UsageError(adviceFor(wordAmongFiles(operands)));
  }
  if (other !== undefined) {
    throw new UsageError(`--${kind} cannot be used with --${other}`);
  }
  const isText = kind === 'text';
  const [ofText] = (['utf16', 'ignore-case'] as const).filter((name) => options[name]);
  if (!isText && ofText !== undefined) {
    throw new UsageError(`--${ofText} needs --text`);
  }
  if (options.unaligned && (isText || kind === 'bytes')) {
    throw new UsageError('--unaligned needs a number: text and bytes are found anywhere');
  }
  if (kind === 'text') {
    return wantedText(options.text ?? '', options.utf16, options['ignore-case']);
  }
  if (kind === 'bytes') {
    const pattern = bytesPattern(options.bytes ?? new Uint8Array(0));
    return { text: 'the bytes', symbol: undefined, patternIn: () => pattern };
  }
  return wantedNumber(options[kind] ?? 0n, kind, !options.unaligned);
}

function wantedText(text: string, utf16: boolean, ignoresCase: boolean): Wanted {
  textPattern(text, utf16 ? { utf16: 'little' } : {});
  return {
    text: `the text '${text}'`,
    symbol: undefined,
    patternIn: ({ byteOrder }) =>
      textPattern(text, { ignoresCase, ...(utf16 ? { utf16: byteOrder } : {}) }),
  };
}

function symbolText({ symbol, offset }: Exclude<AddressOperand, bigint>): string {
  return offset === 0n ? symbol : `${symbol}${offset < 0n ? '' : '+'}${hex(offset)}`;
}

function wantedNumber(
  operand: AddressOperand,
  kind: keyof typeof sizes | 'pointer',
  isAligned: boolean,
): Wanted {
  const sizeIn = (wordSizeInBits: 32 | 64): Size =>
    kind === 'pointer' ? (wordSizeInBits === 64 ? 8 : 4) : sizes[kind];
  const isNumber = typeof operand === 'bigint';
  if (isNumber) {
    numberPattern(operand, sizeIn(64), 'little');
  }
  return {
    text: isNumber ? `the number ${hex(operand)}` : `the address of ${symbolText(operand)}`,
    symbol: isNumber ? undefined : operand,
    patternIn: ({ byteOrder, wordSizeInBits }, address) =>
      numberPattern(
        isNumber ? operand : (address ?? 0n),
        sizeIn(wordSizeInBits),
        byteOrder,
        isAligned,
      ),
  };
}

/** The error if no option says what to find. `what` is an operand that may be meant. */
function adviceFor(what: string | undefined): string {
  const word = what ?? 'STRING';
  const quoted = `'${word.replaceAll("'", "'\\''")}'`;
  const digits = /^(?:0x)?([0-9a-f]+)$/i.exec(word)?.[1];
  const number =
    what === undefined ? '--u64 NUMBER' : digits === undefined ? '' : `--u64 0x${digits}`;
  const bytes = digits !== undefined && digits.length % 2 === 0 ? `--bytes ${digits}` : '';
  const all = [`--text ${quoted}`, ...[bytes, number].filter((one) => one !== '')];
  return `wanted what to find: ${all.join(' or ')}`;
}

function parseBytes(text: string, option: string): Uint8Array {
  const bytes = bytesInText(text);
  if (bytes === undefined) {
    throw new UsageError(
      `${option}: got '${text}', wanted two hexadecimal digits a byte, like 'de ad be ef'`,
    );
  }
  return bytes;
}

/** Reads a negative number, an address or a symbol. */
function parseNumber(text: string, option: string): AddressOperand {
  const trimmed = text.trim();
  return /^-[0-9]+$/.test(trimmed) ? BigInt(trimmed) : parseAddressOperand(text, option);
}
