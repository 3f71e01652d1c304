import { plugin as architectures } from '@vmcorekit/architectures';
import { zlibPako } from '@vmcorekit/compressors';
import { BufferSource, type DumpImage } from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { plugin as elf } from '@vmcorekit/format-elf';
import { plugin as kdump } from '@vmcorekit/format-kdump';
import { plugin } from '@vmcorekit/format-qemu';
import { buildQemuStream, type QemuRecord, type QemuStreamSpec } from '@vmcorekit/testing';
import { pattern } from './pattern.ts';

export const toolkit = createToolkit([
  plugin,
  elf,
  kdump,
  architectures,
  { name: 'codecs', compressors: [zlibPako] },
]);

/** The block of most streams of the tests. */
export const block = 'pc.ram';

/** A record of a page of that block. */
export function page(offset: number, seed: number): QemuRecord {
  return { block, offset, page: pattern(seed) };
}

export async function opened(spec: QemuStreamSpec | Uint8Array) {
  const bytes = spec instanceof Uint8Array ? spec : buildQemuStream(spec);
  return toolkit.open(new BufferSource(bytes, 'stream'));
}

export const namesOf = ({ damage }: Pick<DumpImage, 'damage'>): string[] =>
  damage.map(({ name }) => name);
