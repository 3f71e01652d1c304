import {
  type Analyzer,
  type CellValue,
  type DeclaredType,
  defineAnalyzer,
  hex,
  type Kernel,
  type KernelObject,
  objectAt,
  plural,
  printable,
  type ReportColumn,
  reportRows,
  reportTable,
  tryRead,
  typeNamed,
  VmcorekitError,
} from '@vmcorekit/core';
import { containerOf, nodeLimit, WalkNotes } from '@vmcorekit/linux';
import { kernelAnswer } from '../kernel-answer.ts';
import { headOf } from './list-head.ts';
import { type ContainerKind, type WalkedItem, walk } from './list-walk.ts';
import { lineOf, type ValueStyle } from './value-text.ts';

/** One element. */
export interface ListItem {
  /** Of the element; of the node where its type is not known. Hexadecimal. */
  readonly address: string;
  /** Decimal, of an entry of an xarray, an IDR or a maple tree; else null. */
  readonly index: string | null;
  /** The members that were asked for; null for what cannot be read. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** The `data` of the `list` analyzer. */
export interface ListReport {
  /** Hexadecimal. */
  readonly head: string;
  readonly kind: ContainerKind;
  /** The type of the elements; null where it is not known. */
  readonly type: string | null;
  /** Where a node's member lies in an element; null for entries, and where it is not known. */
  readonly member: string | null;
  readonly items: readonly ListItem[];
}

const options = {
  head: {
    type: 'string',
    summary: 'start at this head: a symbol, an address or an expression',
    default: '',
  },
  element: {
    type: 'string',
    summary: 'say what hangs on it: TYPE.MEMBER, or TYPE for an xarray, IDR or maple tree',
    default: null,
  },
  show: {
    type: 'string',
    summary: 'show these members of each, with commas between',
    default: null,
  },
  kind: {
    type: 'string',
    summary: 'say what the head is, if its type does not',
    default: null,
    choices: ['list', 'hlist', 'rb', 'xarray', 'idr', 'maple'],
  },
  limit: {
    type: 'integer',
    summary: 'stop after so many elements',
    default: 100_000,
    minimum: 1,
    maximum: 4_194_304,
  },
  hex: { type: 'boolean', summary: 'write integers in hexadecimal', default: false },
} as const;

const itemsPerStep = 1024;
/** An entry of an xarray of 64 bits, and the nodes above it. */
const nodesPerItem = 12;

/** An element, and how it is shown. */
interface Shown extends ListItem {
  readonly texts: Readonly<Record<string, string>>;
}

/** The elements of a list, a tree or an array. Null where the head cannot be read. */
export const list: Analyzer<ListReport | null, typeof options> = defineAnalyzer({
  name: 'list',
  summary: 'the elements of a list, a tree, an xarray or a maple tree',
  options,
  run: (context, given) =>
    kernelAnswer(context, { head: `no answer to ${given.head}` }, function* (kernel, without) {
      const head = headOf(kernel, given.head);
      const kind = (given.kind as ContainerKind | null) ?? head.kind ?? 'list';
      if (given.kind === null && head.kind === undefined && head.type !== undefined) {
        throw new VmcorekitError('usage', {
          what: 'the head of a list',
          got: `${printable(given.head.trim())}, a ${printable(head.type)}`,
          allowed: 'a list_head, hlist_head, rb_root, xarray, idr or maple_tree, or a --kind',
        });
      }
      const element = elementOf(kernel, kind, given.element ?? head.elements);
      const paths = given.show?.split(',').map((path) => path.trim()) ?? [];
      if (paths.length > 0 && element === undefined) {
        throw new VmcorekitError('usage', {
          what: 'the members to show',
          got: printable(given.show ?? ''),
          allowed: 'those of a known type: give TYPE.MEMBER after the head',
        });
      }
      const notes = new WalkNotes();
      const style = { symbols: kernel.symbols, isHex: given.hex };
      const items: Shown[] = [];
      const name = printable(given.head.trim());
      const limit = Math.min(nodeLimit, nodesPerItem * (given.limit + 1));
      let isCut = false;
      for (const item of walk(kernel, kind, head.address, notes, { limit, name })) {
        if (items.length === given.limit) {
          isCut = true;
          break;
        }
        items.push(shown(kernel, item, element, paths, style));
        if (items.length % itemsPerStep === 0) {
          yield { kind: 'progress', doing: `walking ${name}`, fraction: null };
        }
      }
      if (items.length === 0 && notes.all.length > 0) {
        return without(notes.remarks());
      }
      const columns = columnsOf(paths, items);
      return {
        text:
          items.length === 0
            ? ['it is empty']
            : [reportTable(columns, items), plural(items.length, 'element')],
        data: {
          head: hex(head.address),
          kind,
          type: element?.type.text ?? null,
          member: element?.member ?? null,
          items: items.map(({ address, index, values }) => ({ address, index, values })),
        },
        rows: reportRows(columns, items),
        remarks: [
          ...kernel.types.remarks,
          ...notes.remarks(),
          ...(isCut ? [`${name} has more elements: these are the first ${items.length}`] : []),
        ],
      };
    }),
});

/** What hangs on a head. */
interface Element {
  readonly type: DeclaredType;
  readonly tag: string;
  readonly member: string | null;
}

function elementOf(kernel: Kernel, kind: ContainerKind, text?: string): Element | undefined {
  if (text === undefined) {
    return undefined;
  }
  const dot = text.indexOf('.');
  const tag = (dot < 0 ? text : text.slice(0, dot)).replace(/^\s*struct\s+/, '').trim();
  const isEntry = kind === 'xarray' || kind === 'idr' || kind === 'maple';
  if (isEntry !== dot < 0) {
    throw new VmcorekitError('usage', {
      what: `the elements of a ${kind}`,
      got: printable(text),
      allowed: isEntry ? 'a TYPE: entries are pointers to it' : 'TYPE.MEMBER',
    });
  }
  const type = kernel.types.type?.(`struct ${tag}`) ?? typeNamed(kernel, tag);
  const member = isEntry ? null : text.slice(dot + 1).trim();
  if (member !== null) {
    // An unknown member is refused before the walk, with names like it.
    objectAt(kernel, type, 0n, printable(type.text)).at(member);
  }
  return { type, tag, member };
}

function shown(
  kernel: Kernel,
  { address: node, index }: WalkedItem,
  element: Element | undefined,
  paths: readonly string[],
  style: ValueStyle,
): Shown {
  const address =
    element === undefined || element.member === null
      ? node
      : containerOf(kernel, element.tag, element.member, node);
  const values: Record<string, unknown> = {};
  const texts: Record<string, string> = {};
  if (element !== undefined && paths.length > 0) {
    const object = objectAt(kernel, element.type, address);
    for (const path of paths) {
      const member = memberOf(object, path);
      values[path] = member?.toJSON() ?? null;
      texts[path] = member === undefined ? '<not readable>' : lineOf(member, style);
    }
  }
  return { address: hex(address), index: index === null ? null : String(index), values, texts };
}

/** Undefined where a pointer on the way cannot be followed. */
function memberOf(object: KernelObject, path: string): KernelObject | undefined {
  return tryRead(() => object.at(path));
}

/** A plain value as it is; a structure or a list as C writes it. */
function cellOf({ values, texts }: Shown, path: string): CellValue {
  const value = values[path];
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : value === null
      ? null
      : (texts[path] ?? null);
}

function columnsOf(paths: readonly string[], items: readonly Shown[]): ReportColumn<Shown>[] {
  const hasIndex = items.some(({ index }) => index !== null);
  return [
    ...(hasIndex
      ? [
          {
            key: 'index',
            title: 'index',
            kind: 'number' as const,
            value: (item: Shown) => item.index,
          },
        ]
      : []),
    { key: 'address', title: 'address', value: ({ address }) => address },
    ...paths.map((path) => ({
      key: path,
      title: printable(path),
      value: (item: Shown) => cellOf(item, path),
      text: ({ texts }: Shown) => texts[path] ?? '',
    })),
  ];
}
