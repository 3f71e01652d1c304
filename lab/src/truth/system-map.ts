import { gunzipSync } from 'node:zlib';
import { sectionOf, type TruthBlock } from './serial-blocks.ts';
import type { KernelTruth } from './truth.ts';

/** Its name in the guest's folder. */
export const systemMapFileName = 'System.map';

/**
 * What KASLR moved: not the addresses below the text, which are offsets into per-CPU areas.
 */
export type MovedKernel = Pick<KernelTruth, 'kaslrOffset' | 'textVirtualAddress'>;

/**
 * Makes a System.map, with link addresses in ascending order, from the symbol table that a guest
 * printed.
 * @throws {Error} when the guest printed none, or its compressed text is damaged.
 */
export function deriveSystemMap(block: TruthBlock, kernel: MovedKernel): string {
  const kallsyms = gunzipSync(Buffer.from(sectionOf(block, 'symbol-table'), 'base64')).toString(
    'latin1',
  );
  return makeSystemMap(kallsyms, kernel);
}

/** The same from /proc/kallsyms's text; modules' symbols do not belong in a System.map. */
export function makeSystemMap(
  kallsyms: string,
  { kaslrOffset, textVirtualAddress }: MovedKernel,
): string {
  const text = BigInt(textVirtualAddress);
  const symbols = kallsyms.split('\n').flatMap((line) => {
    const match = /^([0-9a-f]{16}) (\S) (\S+)$/.exec(line);
    if (match === null) {
      return [];
    }
    const [, digits = '', type = '', name = ''] = match;
    const address = BigInt(`0x${digits}`);
    return [{ address: address < text ? address : address - BigInt(kaslrOffset ?? 0), type, name }];
  });
  symbols.sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0));
  return symbols
    .map(({ address, type, name }) => `${address.toString(16).padStart(16, '0')} ${type} ${name}\n`)
    .join('');
}
