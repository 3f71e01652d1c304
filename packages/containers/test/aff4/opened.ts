import { snappySnappyjs, zlibNode } from '@vmcorekit/compressors';
import type { ByteSource, ContainerContents, OpenContext } from '@vmcorekit/core';
import { type Aff4Spec, buildAff4, openContainer, openContext } from '@vmcorekit/testing';
import { containerNamed, memoryLike } from '../contents.ts';

export const context: OpenContext = openContext({
  compressors: { ready: async (method) => (method === 'snappy' ? snappySnappyjs : zlibNode) },
});
/** Ten chunks of 4 KiB. */
export const memory: Uint8Array = memoryLike(40 * 1024);
export const chunkSize = 4096;

export async function opened(spec: Aff4Spec): Promise<ContainerContents> {
  return openContainer(containerNamed('aff4'), buildAff4(spec), context);
}

/** The entry of that name, or under that other name. */
export function entryOf(contents: ContainerContents, name: string): ByteSource {
  const entry = contents.entries.find(
    (each) => each.name === name || each.otherNames?.includes(name),
  );
  if (entry === undefined) {
    throw new Error(`no entry is called ${name}`);
  }
  return contents.open(entry);
}

export function allOf(source: ByteSource): Uint8Array {
  const bytes = new Uint8Array(source.sizeInBytes);
  source.readInto(0, bytes);
  return bytes;
}

/** Each 4 KiB of a source: `=` as wanted, `0` zeros, `L` lost, `x` damaged, `#` anything else. */
export function states(source: ByteSource, wanted: Uint8Array): string {
  let marks = '';
  for (let at = 0; at < source.sizeInBytes; at += chunkSize) {
    const target = new Uint8Array(Math.min(chunkSize, source.sizeInBytes - at));
    const isLost = [...(source.lostRanges?.(at, target.length) ?? [])].length > 0;
    try {
      source.readInto(at, target);
      const isEqual = Buffer.compare(target, wanted.subarray(at, at + target.length)) === 0;
      marks += isLost ? '!' : isEqual ? '=' : target.every((byte) => byte === 0) ? '0' : '#';
    } catch {
      marks += isLost ? 'L' : 'x';
    }
  }
  return marks;
}
