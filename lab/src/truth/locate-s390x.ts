import { startOf } from './iomem.ts';
import {
  demandEqual,
  kernelRoot,
  knownSymbol,
  type LocationStatements,
  locationOf,
  noteHex,
  statedKaslrOffset,
  symbol,
} from './location.ts';
import type { KernelLocation } from './truth.ts';

/** Of an address-space control element. Bits 3 and 2 are the type of the table: 0 of two levels. */
const tableOrigin = ~0xfffn;

/**
 * s390x: `KERNELOFFSET` moves the image in virtual memory, `KERNELOFFPHYS` in physical memory.
 * Before 6.10, which has no `KERNELOFFPHYS`, virtual addresses are physical.
 */
export function locateS390x(statements: LocationStatements): KernelLocation {
  const stext = symbol(statements, '_stext');
  const kaslrOffset = statedKaslrOffset(statements);
  const imageOffset = kaslrOffset - (noteHex(statements, 'KERNELOFFPHYS') ?? kaslrOffset);
  const text = knownSymbol(statements, '_text') ?? stext;
  const kernelCodeStart = startOf(statements.memoryMap, 'Kernel code');
  demandEqual('the image offset', text - kernelCodeStart, imageOffset);
  const root = kernelRoot(statements);
  const asce = homeSpace(statements);
  if (root !== null && asce !== undefined) {
    demandEqual('the page tables', asce & tableOrigin, root - imageOffset);
  }
  const pagingLevels = asce === undefined ? null : Number((asce >> 2n) & 3n) + 2;
  return locationOf({ text, imageOffset, kaslrOffset, root, pagingLevels });
}

/** The CPUs' home space, which is the kernel's on every CPU. */
function homeSpace({ cpus }: LocationStatements): bigint | undefined {
  const asce = cpus.find(({ cr13 }) => cr13 !== null)?.cr13;
  return asce === undefined || asce === null ? undefined : BigInt(asce);
}
