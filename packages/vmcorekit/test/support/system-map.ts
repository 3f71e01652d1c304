import { kaslrOffset } from './kernel-dump.ts';
import { writeTemporaryFile } from './temporary-file.ts';

/** A System.map of a kernel with these run-time symbols, all but `_text` moved away. */
export function writeSystemMap(symbols: ReadonlyMap<string, bigint>, moved: bigint): string {
  const lines = [...symbols]
    .map(
      ([name, address]) =>
        [address - BigInt(kaslrOffset) + (name === '_text' ? 0n : moved), name] as const,
    )
    .map(([address, name]) => `${address.toString(16).padStart(16, '0')} T ${name}\n`);
  return writeTemporaryFile('System.map', lines.join(''));
}
