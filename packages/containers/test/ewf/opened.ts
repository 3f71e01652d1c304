import { deflateSync } from 'node:zlib';
import { zlibNode } from '@vmcorekit/compressors';
import { BufferSource, type ContainerContents, type OpenContext } from '@vmcorekit/core';
import { openContainer, openContext } from '@vmcorekit/testing';
import { containerNamed, memoryLike } from '../contents.ts';

export const context: OpenContext = openContext({ compressors: { ready: async () => zlibNode } });

/** Ten chunks of two sectors, and a part of a sector. */
export const image: Uint8Array = memoryLike(24 * 1024).subarray(8000, 8000 + 10 * 1024 + 100);
export const pack = (chunk: Uint8Array): Uint8Array => deflateSync(chunk);

/** Opens a set whose first segment has that name; the others lie beside it under theirs. */
export function openSet(
  files: Readonly<Record<string, Uint8Array>>,
  name: string,
): Promise<ContainerContents> {
  return openContainer(
    containerNamed('ewf'),
    new BufferSource(files[name] ?? new Uint8Array(0), name),
    {
      ...context,
      companion: async (wanted) => {
        const bytes = Object.hasOwn(files, wanted) ? files[wanted] : undefined;
        return bytes === undefined ? undefined : new BufferSource(bytes, wanted);
      },
    },
  );
}

/** Segments under the names that they must have. */
export function named(base: string, segments: readonly Uint8Array[]): Record<string, Uint8Array> {
  return Object.fromEntries(
    segments.map((bytes, index) => [
      `${base}.E${String(index + 1).padStart(2, '0')}`,
      bytes.slice(),
    ]),
  );
}

/** Each kilobyte of the image: `same`, `lost` where a read says so, `other` for other bytes. */
export function states(contents: ContainerContents, wanted: Uint8Array = image): string {
  const [entry] = contents.entries;
  if (entry === undefined) {
    return 'nothing';
  }
  const source = contents.open(entry);
  const lost = [...(source.lostRanges?.(0, source.sizeInBytes) ?? [])];
  const marks: string[] = [];
  for (let at = 0; at < source.sizeInBytes; at += 1024) {
    const expected = wanted.subarray(at, Math.min(at + 1024, source.sizeInBytes));
    const target = new Uint8Array(expected.length);
    const isLost = lost.some(
      ({ offset, lengthInBytes }) => offset < at + 1024 && at < offset + lengthInBytes,
    );
    try {
      source.readInto(at, target);
      marks.push(isLost ? '!' : Buffer.compare(target, expected) === 0 ? '=' : '#');
    } catch {
      marks.push(isLost ? 'L' : 'x');
    }
  }
  return marks.join('');
}
