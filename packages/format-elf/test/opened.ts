import { plugin } from '@vmcorekit/architectures';
import { ArchitectureTable, BufferSource, type DumpImage, type OpenContext } from '@vmcorekit/core';
import { ElfFormat } from '@vmcorekit/format-elf';
import { buildElf, type ElfSpec, openContext, openFormat } from '@vmcorekit/testing';

/** An ELF dump does not use compressors. */
export const context: OpenContext = openContext({
  architectures: new ArchitectureTable(plugin.architectures ?? []),
});

export function openBytes(bytes: Uint8Array): Promise<DumpImage> {
  return openFormat(new ElfFormat(), [new BufferSource(bytes, 'test.elf')], context);
}

export function openElf(spec: ElfSpec): Promise<DumpImage> {
  return openBytes(buildElf(spec).bytes);
}

/** Bytes that tell where they came from: no two of these patterns agree for long. */
export function pattern(lengthInBytes: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(lengthInBytes);
  for (let index = 0; index < lengthInBytes; index++) {
    bytes[index] = index * 7 + (index >> 8) * 13 + seed * 31;
  }
  return bytes;
}
