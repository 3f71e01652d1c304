import { printableLine, type ReportColumn } from '@vmcorekit/core';
import type { DisInstruction, DisReport } from './dis-report.ts';

/** How crash and gdb write the bytes of no instruction. */
export const unknownInstruction = '(bad)';
const mnemonicWidth = 6;
const byteColumns = 24;

/** The instructions as crash and gdb show them, a line each. */
export function linesOf(
  { instructions, end }: DisReport,
  { isHex, hasBytes }: { readonly isHex: boolean; readonly hasBytes: boolean },
): string[] {
  const places = instructions.map((each) => `${each.address}${nameText(each, isHex)}:`);
  const width = places.reduce((longest, place) => Math.max(longest, place.length), 0);
  return [
    ...instructions.map((each, index) =>
      printableLine(
        [
          (places[index] ?? '').padEnd(width),
          hasBytes ? each.bytes.replaceAll(/..(?=.)/g, '$& ').padEnd(byteColumns) : '',
          instructionText(each, isHex),
        ]
          .filter((part) => part !== '')
          .join('  '),
      ),
    ),
    ...(end.detail === null ? [] : [printableLine(`    ${end.reason}: ${end.detail}`)]),
  ];
}

function nameText({ symbol, offset }: DisInstruction, isHex: boolean): string {
  return symbol === null ? '' : ` <${symbol}${offsetText(offset, isHex)}>`;
}

function offsetText(offset: number | null, isHex: boolean): string {
  return offset === null || offset === 0 ? '' : `+${isHex ? `0x${offset.toString(16)}` : offset}`;
}

function instructionText(
  { mnemonic, operands, target, targetSymbol, targetOffset }: DisInstruction,
  isHex: boolean,
): string {
  const written =
    operands === ''
      ? (mnemonic ?? unknownInstruction)
      : `${(mnemonic ?? '').padEnd(mnemonicWidth)} ${operands}`;
  if (target === null) {
    return written;
  }
  const isWritten = operands.endsWith(target);
  const named = targetSymbol === null ? '' : ` <${targetSymbol}${offsetText(targetOffset, isHex)}>`;
  return isWritten ? `${written}${named}` : `${written}        # ${target}${named}`;
}

export const disColumns: readonly ReportColumn<DisInstruction>[] = [
  { key: 'address', value: ({ address }) => address },
  { key: 'symbol', value: ({ symbol }) => symbol },
  { key: 'offset', value: ({ offset }) => offset },
  { key: 'bytes', value: ({ bytes }) => bytes },
  { key: 'mnemonic', value: ({ mnemonic }) => mnemonic },
  { key: 'operands', value: ({ operands }) => operands },
  { key: 'target', value: ({ target }) => target },
  { key: 'targetSymbol', value: ({ targetSymbol }) => targetSymbol },
  { key: 'targetOffset', value: ({ targetOffset }) => targetOffset },
];
