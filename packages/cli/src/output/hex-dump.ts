const bytesInLine = 16;

/** Lines of sixteen bytes at aligned addresses, hexadecimal and printable ASCII: `ffffffff81000000  48 8d …  |H…|`. */
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

function hexLine(part: Uint8Array, before: number, address: bigint): string {
  const cells = Array.from({ length: bytesInLine }, (_, column) => part[column - before]);
  const hexadecimal = cells.map((byte) => byte?.toString(16).padStart(2, '0') ?? '  ');
  const text = cells.map((byte) => (byte === undefined ? ' ' : byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'));
  const left = hexadecimal.slice(0, bytesInLine / 2).join(' ');
  const right = hexadecimal.slice(bytesInLine / 2).join(' ');
  return `${address.toString(16).padStart(16, '0')}  ${left}  ${right}  |${text.join('')}|`;
}
