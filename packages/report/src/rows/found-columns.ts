import { hex, hexText, unknownText } from '@vmcorekit/core';
import type { FoundPlace } from '@vmcorekit/engine';
import { addressJson } from '../json/json-line.ts';
import { hexOrUnknown } from '../table/cell-text.ts';
import type { DataColumn } from '../table/data-column.ts';
import { symbolText } from '../text/symbol-text.ts';

const physicalColumn: DataColumn<FoundPlace> = {
  key: 'physicalAddress',
  title: 'physical',
  kind: 'number',
  value: ({ physicalAddress }) => addressJson(physicalAddress),
};

const virtualColumn: DataColumn<FoundPlace> = {
  key: 'virtualAddress',
  title: 'virtual',
  kind: 'number',
  value: ({ address }) => addressJson(address),
};

/** The columns of `find`; the address in the space that was searched comes first. */
export function foundColumns(isVirtual: boolean): readonly DataColumn<FoundPlace>[] {
  return [
    ...(isVirtual ? [virtualColumn, physicalColumn] : [physicalColumn]),
    {
      key: 'virtualAddresses',
      title: isVirtual ? 'also at' : 'virtual',
      kind: 'prose',
      value: ({ virtualAddresses }) => virtualAddresses?.map((each) => hex(each)) ?? null,
      text: (hit) => otherAddresses(hit, isVirtual).map(hex).join(' ') || unknownText,
    },
    {
      key: 'symbol',
      title: 'symbol',
      value: ({ symbol }) => symbol?.name ?? null,
      text: ({ symbol }) =>
        symbol === null ? unknownText : symbolText(symbol, symbol.offsetInBytes),
    },
    { key: 'symbolOffsetInBytes', value: ({ symbol }) => symbol?.offsetInBytes ?? null },
    { key: 'module', value: ({ symbol }) => symbol?.module ?? null },
    {
      key: 'fileOffset',
      title: 'file offset',
      kind: 'number',
      value: ({ fileOffset }) => fileOffset,
      text: ({ fileOffset }) => hexOrUnknown(fileOffset),
    },
    { key: 'contextAddress', value: ({ context }) => addressJson(context.address) },
    { key: 'contextBytes', value: ({ context }) => hexText(context.bytes) },
  ];
}

/** The virtual addresses of a hit but for that which the search itself gives. */
export function otherAddresses(
  { address, virtualAddresses }: FoundPlace,
  isVirtual: boolean,
): readonly bigint[] {
  return virtualAddresses?.filter((each) => !isVirtual || each !== address) ?? [];
}
