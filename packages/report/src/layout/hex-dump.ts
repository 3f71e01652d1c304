import { hexOf } from '@vmcorekit/core';

const bytesInLine = 16;

/**
 * Lines of sixteen bytes at aligned addresses, hexadecimal and printable ASCII: `ffffffff81000000
 * 48 8d … |H…|`.
 */
export function hexDump(bytes: Uint8Array, start: bigint): string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const address = start + BigInt(at);
    const before = Number(address % BigInt(bytesInLine));
    const part = bytes.subarray(at, at + bytesInLine - before);
    lines.push(hexLine(part, before, address - BigInt(before)));
    at += part.length;
  }
  return lines;
}

/** By byte: a gigabyte of memory is a thousand million look-ups. */
const characterOf: readonly string[] = hexOf.map((_, byte) =>
  byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.',
);

function hexLine(part: Uint8Array, before: number, address: bigint): string {
  let hexadecimal = '';
  let text = '';
  for (let column = 0; column < bytesInLine; column++) {
    const byte = column < before ? undefined : part[column - before];
    hexadecimal += column === bytesInLine / 2 ? '  ' : column === 0 ? '' : ' ';
    hexadecimal += byte === undefined ? '  ' : hexOf[byte];
    text += byte === undefined ? ' ' : characterOf[byte];
  }
  return `${address.toString(16).padStart(16, '0')}  ${hexadecimal}  |${text}|`;
}
