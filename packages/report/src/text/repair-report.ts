import {
  type FactsToWrite,
  type FileChange,
  hex,
  hexText,
  kernelPlace,
  type LocatedKernel,
  plural,
  printable,
  type Verdict,
  type WrittenMachine,
} from '@vmcorekit/core';
import { facts, section } from '../layout/section.ts';
import type { Style } from '../layout/style.ts';
import { secondsText } from '../layout/time-text.ts';
import type { DataColumn } from '../table/data-column.ts';
import { tableLines } from '../table/table-lines.ts';

/** What a repaired dump will say, and how sure that is. */
export interface RepairSummary {
  /** `told` if the user said where the kernel lies; null if no kernel was searched for. */
  readonly confidence: Verdict['confidence'] | 'told' | null;
  /** What the dump shows against the place that the user gave, a sentence each. */
  readonly contradictions: readonly string[];
  /** Null where the header will say that phys_base is not known. */
  readonly description: {
    readonly kernel: LocatedKernel;
    readonly vmcoreinfo: { readonly from: keyof typeof sources; readonly text: string };
  } | null;
  readonly facts: FactsToWrite;
  /**
   * The machine of the new headers; null unless the file's are too narrow for the kernel, or in
   * another byte order.
   */
  readonly machine: WrittenMachine | null;
  /** The page size of the new file, the kernel's; null where the file keeps its page size. */
  readonly pageSizeInBytes: number | null;
}

/** Where the VMCOREINFO of a repaired dump comes from. */
const sources = {
  file: "the file's own",
  memory: "the kernel's own, by its pointer in memory",
  search: "the kernel's own, found by a search of memory",
  synthesised:
    'put together from what was found: memory holds none; it lacks the layout of structures',
} as const;

/** What a dump should say, for people. */
export function planLines(
  { confidence, contradictions, description, facts: stated, ...headers }: RepairSummary,
  style: Style,
): string[] {
  if (description === null) {
    return facts([['phys_base', 'not known (the marker ~0)']], style);
  }
  const { kernel, vmcoreinfo } = description;
  const { machine, pageSizeInBytes } = headers;
  const seconds = stated.timestampInSeconds;
  return facts(
    [
      ['verdict', confidence ?? ''],
      ...contradictions.map((each) => ['against', printable(each)] as const),
      ...(machine === null ? [] : [['headers', newHeadersText(machine)] as const]),
      ...(pageSizeInBytes === null
        ? []
        : [['page size', `${pageSizeInBytes} bytes, the kernel's, not the file's`] as const]),
      kernelPlace(kernel),
      ['KASLR offset', kernel.kaslrOffset === null ? 'not proved' : hex(kernel.kaslrOffset)],
      ...Object.entries(stated.utsname ?? {}).map(([name, value]): [string, string] => [
        name,
        printable(value),
      ]),
      ...(seconds === undefined ? [] : [['timestamp', secondsText(seconds)] as const]),
      ['VMCOREINFO', `${plural(vmcoreinfo.text.length, 'byte')}, ${sources[vmcoreinfo.from]}`],
    ],
    style,
  );
}

/** What kind of headers a file has: `64-bit, little-endian headers`. */
export function headersText({
  wordSizeInBits,
  byteOrder,
}: Pick<WrittenMachine, 'byteOrder' | 'wordSizeInBits'>): string {
  const order = byteOrder === undefined ? '' : `, ${byteOrder}-endian`;
  return `${wordSizeInBits}-bit${order} headers`;
}

function newHeadersText(machine: WrittenMachine): string {
  return `${headersText(machine)} of ${machine.architecture}, as the kernel needs, not the file's; PRSTATUS notes that do not fit are left out`;
}

const changeColumns: readonly DataColumn<FileChange>[] = [
  { title: 'file offset', kind: 'number', value: ({ fileOffset }) => hex(fileOffset) },
  { title: 'what', value: ({ what }) => what },
  { title: 'before', kind: 'prose', value: ({ before }) => bytesText(before) },
  { title: 'after', kind: 'prose', value: ({ after }) => bytesText(after) },
];

/** The exact bytes of a repair in place. Long changes are shortened. */
export function changeLines(changes: readonly FileChange[], style: Style): string[] {
  return section('Changes', tableLines(changeColumns, changes, style), style);
}

const maxShownBytes = 16;

function bytesText(bytes: Uint8Array): string {
  const shown = hexText(bytes.subarray(0, maxShownBytes));
  return bytes.length === 0
    ? 'end of file'
    : bytes.length <= maxShownBytes
      ? shown
      : `${shown}… (${bytes.length} bytes; --json shows all)`;
}
