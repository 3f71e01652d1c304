import {
  type ByteState,
  type Dump,
  hex,
  type KernelSymbol,
  type PageState,
  sizeText,
  type Translation,
  type TranslationRoot,
} from '@vmcorekit/core';
import { facts, section } from '../layout/section.ts';
import type { Style } from '../layout/style.ts';
import type { DataColumn } from '../table/data-column.ts';
import { tableLines } from '../table/table-lines.ts';
import { rootText } from './kernel-place.ts';
import { symbolText } from './symbol-text.ts';

/** A virtual address, and where the page tables map it. */
export interface TranslationAnswer {
  readonly dump: Dump;
  readonly virtualAddress: bigint;
  /** The symbol that holds the address; null if none is known. */
  readonly symbol: KernelSymbol | null;
  readonly root: TranslationRoot;
  readonly translation: Translation;
  readonly pageState: PageState;
  /** Of the byte itself: the dump holds only some bytes of a partial page. */
  readonly byteState: ByteState;
}

const entryColumns: readonly DataColumn<Translation['entries'][number]>[] = [
  { title: 'level', kind: 'number', value: ({ level }) => level },
  { title: 'entry at', kind: 'number', value: ({ at }) => hex(at) },
  { title: 'value', kind: 'number', value: ({ value }) => hex(value) },
];

/** A translation for people. */
export function translationReport(
  { virtualAddress, symbol, root, translation, pageState, byteState }: TranslationAnswer,
  style: Style,
): string {
  const { physicalAddress, mappingSizeInBytes, isWritable, isExecutable, isUser, entries } =
    translation;
  const rights = [
    isUser ? 'user' : 'kernel only',
    isWritable ? 'writable' : 'read-only',
    isExecutable ? 'executable' : 'not executable',
  ];
  return [
    `${hex(virtualAddress)} is at physical ${style.strong(hex(physicalAddress))}`,
    ...facts(
      [
        ...(symbol === null
          ? []
          : [
              [
                'symbol',
                symbolText(symbol, virtualAddress - symbol.address, symbol.sizeInBytes),
              ] as const,
            ]),
        [
          'mapping',
          isWritable === null
            ? `by ${root.summary}; its tables are not in the dump, so its rights are not known`
            : `${sizeText(mappingSizeInBytes)} page, ${rights.join(', ')}`,
        ],
        [
          'in the dump',
          pageState === 'partial'
            ? `${byteState}; the dump holds only a part of its page`
            : pageState,
        ],
        ['page tables', rootText(root)],
      ],
      style,
    ),
    ...section('Walk', tableLines(entryColumns, entries, style), style),
    '',
  ].join('\n');
}
