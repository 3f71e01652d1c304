import { gunzipSync } from 'node:zlib';
import { sectionOf, type TruthBlock } from './serial-blocks.ts';

/** Its name in the guest's folder. */
export const systemMapFileName = 'System.map';

/** Addresses below are offsets into per-CPU areas, which KASLR does not move. */
const imageMapStart = 0xffffffff80000000n;

/**
 * Makes a System.map, with link addresses in ascending order, from the symbol table that a guest
 * printed.
 * @throws {Error} when the guest printed none, or its compressed text is damaged.
 */
export function deriveSystemMap(block: TruthBlock, kaslrOffset: number): string {
  const kallsyms = gunzipSync(Buffer.from(sectionOf(block, 'symbol-table'), 'base64')).toString(
    'latin1',
  );
  return makeSystemMap(kallsyms, kaslrOffset);
}

/** The same from /proc/kallsyms's text; modules' symbols do not belong in a System.map. */
export function makeSystemMap(kallsyms: string, kaslrOffset: number): string {
  const symbols = kallsyms.split('\n').flatMap((line) => {
    const match = /^([0-9a-f]{16}) (\S) (\S+)$/.exec(line);
    if (match === null) {
      return [];
    }
    const [, digits = '', type = '', name = ''] = match;
    const address = BigInt(`0x${digits}`);
    return [
      { address: address < imageMapStart ? address : address - BigInt(kaslrOffset), type, name },
    ];
  });
  symbols.sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
  return symbols
    .map(({ address, type, name }) => `${address.toString(16).padStart(16, '0')} ${type} ${name}\n`)
    .join('');
}
