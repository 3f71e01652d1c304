import { deflateSync } from 'node:zlib';
import { plugin as architecturePlugin } from '@vmcorekit/architectures';
import { plugin as compressorPlugin } from '@vmcorekit/compressors';
import { BufferSource, type DumpImage, type OpenContext } from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { KdumpFormat } from '@vmcorekit/format-kdump';
import {
  buildKdump,
  type KdumpCompression,
  type KdumpFile,
  type KdumpSpec,
  openContext,
  openFormat,
} from '@vmcorekit/testing';

const { architectures, compressors } = createToolkit([architecturePlugin, compressorPlugin]);
export const context: OpenContext = openContext({ architectures, compressors });

export const zlib: KdumpCompression = { flag: 1, encode: (page) => deflateSync(page) };

/** Small blocks keep the files of a test small. */
export const blockSizeInBytes = 512;

/** A page whose contents name its number, and that compresses. */
export function pageOf(number: number, sizeInBytes: number = blockSizeInBytes): Uint8Array {
  return new Uint8Array(sizeInBytes).map((_, index) => (index % 16 === 0 ? number + 1 : index % 7));
}

export const zeroPage: Uint8Array = new Uint8Array(blockSizeInBytes);

export function build(spec: KdumpSpec): KdumpFile {
  return buildKdump({ blockSizeInBytes, ...spec });
}

export function open(...files: readonly (KdumpFile | Uint8Array)[]): Promise<DumpImage> {
  const sources = files.map(
    (file, index) =>
      new BufferSource(file instanceof Uint8Array ? file : file.bytes, `part-${index}.vmcore`),
  );
  return openFormat(new KdumpFormat(), sources, context);
}

export async function opened(spec: KdumpSpec): Promise<DumpImage> {
  return open(build(spec));
}

export function conditionNames(image: DumpImage): string[] {
  return image.damage.map((condition) => condition.name);
}

/** The error a promise or a function ends with. */
export async function failure(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
