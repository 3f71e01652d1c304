import {
  type Analyzer,
  type CellValue,
  type DeclaredType,
  defineAnalyzer,
  hex,
  type Kernel,
  type KernelObject,
  objectAt,
  printable,
  type Report,
  type ReportColumn,
  reportRows,
  type StructType,
  tryRead,
  typeNamed,
  VmcorekitError,
} from '@vmcorekit/core';
import { withoutTypes } from '@vmcorekit/linux';
import { kernelAnswer } from '../kernel-answer.ts';
import { addressOf } from './address-of.ts';
import { definitionLines, type MemberData, membersData } from './struct-members.ts';
import { type ValueStyle, valueCell, valueLines } from './value-text.ts';

/** The `data` of the `struct` analyzer. */
export interface StructReport {
  readonly name: string;
  readonly kind: 'struct' | 'union';
  /** In bytes; null where the types do not say. */
  readonly size: number | null;
  /** The source of the layout: `BTF`. */
  readonly from: string;
  /** Those that were asked for, or all. */
  readonly members: readonly MemberData[];
  /** Hexadecimal; only where an address was given. */
  readonly address?: string;
  /** By member; only where an address was given. Null for what cannot be read. */
  readonly values?: unknown;
}

const options = {
  name: {
    type: 'string',
    summary: 'a structure, a union or a typedef of one; NAME.MEMBER,MEMBER for some members',
    default: '',
  },
  at: {
    type: 'string',
    summary: 'show the values at this address, symbol or expression',
    default: null,
  },
  hex: { type: 'boolean', summary: 'write integers in hexadecimal', default: false },
} as const;

/** A member, and where an address was given, its value. */
interface Row extends MemberData {
  readonly value?: CellValue;
}

const columns: readonly ReportColumn<Row>[] = [
  { key: 'name', value: ({ name }) => name },
  { key: 'offset', value: ({ offset }) => offset },
  { key: 'size', value: ({ size }) => size },
  { key: 'type', value: ({ type }) => type },
  { key: 'firstBit', value: ({ bits }) => bits?.firstBit ?? null },
  { key: 'sizeInBits', value: ({ bits }) => bits?.sizeInBits ?? null },
];
const valueColumns: readonly ReportColumn<Row>[] = [
  ...columns,
  { key: 'value', value: ({ value = null }) => value },
];

/**
 * The definition of a structure in C with offsets and sizes, or its values at an address. Null
 * where the kernel's types do not have it.
 */
export const struct: Analyzer<StructReport | null, typeof options> = defineAnalyzer({
  name: 'struct',
  summary: 'a structure: its members with offsets and sizes, or its values at an address',
  options,
  run: (context, { name, at, hex: isHex }) =>
    kernelAnswer(
      context,
      { head: `no answer to ${name}`, rows: reportRows(columns, []) },
      function* (kernel) {
        const { declared, layout, paths } = structNamed(kernel, name);
        if (paths.length === 0 && (layout.members?.() ?? []).length === 0) {
          return unknown(kernel, layout.name);
        }
        const wanted = paths.map((path) => memberData(declared, kernel, path));
        const members = paths.length === 0 ? membersData(layout) : wanted;
        const data = {
          name: layout.name,
          kind: layout.kind ?? 'struct',
          size: layout.sizeInBytes,
          from: layout.from,
          members,
        };
        const remarks = kernel.types.remarks;
        const rows = reportRows(columns, members);
        if (at === null) {
          return { text: shownMembers(layout, paths, members), data, rows, remarks };
        }
        const object = objectAt(kernel, declared, addressOf(kernel, at));
        demandSome(kernel, object);
        const style = { symbols: kernel.symbols, isHex };
        return {
          text:
            paths.length === 0
              ? [
                  `${printable(declared.text)} at ${hex(object.address)}`,
                  ...valueLines({ kind: 'object', object }, style),
                ]
              : paths.flatMap((path) => memberLines(object, path, style)),
          data: { ...data, address: hex(object.address), values: valuesOf(object, paths) },
          rows: reportRows(valueColumns, {
            *[Symbol.iterator]() {
              for (const member of members) {
                yield { ...member, value: valueAt(object, member.name, style) };
              }
            },
          }),
          remarks,
        };
      },
    ),
});

/** Throws as a read does where not one page of the structure can be read. */
function demandSome({ memory }: Kernel, { address, sizeInBytes }: KernelObject): void {
  const page = BigInt(memory.root.basePageSizeInBytes);
  const end = address + BigInt(Math.max(1, sizeInBytes ?? 1));
  for (let at = address + page - (address % page); at < end; at += page) {
    if (memory.tryRead(at, 1) !== undefined) {
      return;
    }
  }
  memory.read(address, 1);
}

/** The structure, and the paths of the members that were asked for. */
function structNamed(
  kernel: Kernel,
  text: string,
): { readonly declared: DeclaredType; readonly layout: StructType; readonly paths: string[] } {
  const dot = text.indexOf('.');
  const name = dot < 0 ? text : text.slice(0, dot);
  const paths =
    dot < 0
      ? []
      : text
          .slice(dot + 1)
          .split(',')
          .map((path) => path.trim());
  const declared = namedType(kernel, name.trim());
  const { type } = declared;
  if (type?.kind !== 'struct' && type?.kind !== 'union') {
    throw new VmcorekitError('usage', {
      what: 'the name of a structure',
      got: printable(name),
      allowed: 'a structure, a union or a typedef of one',
    });
  }
  return { declared, layout: type.struct, paths };
}

/** A tag stands without `struct` in crash, and here. */
function namedType(kernel: Kernel, name: string): DeclaredType {
  const { types } = kernel;
  const found = types.type?.(`struct ${name}`) ?? types.type?.(`union ${name}`);
  return found ?? typeNamed(kernel, name);
}

function memberData(declared: DeclaredType, kernel: Kernel, path: string): MemberData {
  const member = objectAt(kernel, declared, 0n, printable(declared.text)).at(path);
  return {
    name: path,
    offset: Number(member.address),
    size: member.sizeInBytes,
    type: member.type.text,
    bits: member.bitField,
  };
}

function shownMembers(
  layout: StructType,
  paths: readonly string[],
  members: readonly MemberData[],
): string[] {
  return paths.length === 0
    ? definitionLines(layout)
    : members.map(
        ({ name, offset, size, type, bits }) =>
          `${printable(name)}: ${printable(type ?? '?')}, offset ${offset}, size ${size ?? '?'}` +
          (bits === null ? '' : `, ${bits.sizeInBits} bits from bit ${bits.firstBit}`),
      );
}

function memberLines(object: KernelObject, path: string, style: ValueStyle): string[] {
  const [first = '', ...others] = valueLines({ kind: 'object', object: object.at(path) }, style);
  return [`${printable(path)} = ${first}`, ...others];
}

/** Null where a pointer on the way cannot be followed. */
function valueAt(object: KernelObject, path: string, style: ValueStyle): CellValue {
  return tryRead(() => valueCell(object.at(path), style)) ?? null;
}

function valuesOf(object: KernelObject, paths: readonly string[]): unknown {
  return paths.length === 0
    ? object.toJSON()
    : Object.fromEntries(paths.map((path) => [path, object.at(path).toJSON()]));
}

function unknown(kernel: Kernel, name: string): Report<null> {
  return {
    text: [`no answer: ${withoutTypes(kernel, `the members of struct ${printable(name)}`)}`],
    data: null,
    rows: reportRows(columns, []),
    remarks: kernel.types.remarks,
  };
}
