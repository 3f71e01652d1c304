import type { XzFilter } from './filter.ts';

/** Each byte is the difference to the one so far before it. Source: the .xz file format, 5.3.3. */
export function delta(distanceInBytes: number): XzFilter {
  const before = new Uint8Array(distanceInBytes);
  let next = 0;
  return {
    undo(bytes) {
      for (let at = 0; at < bytes.length; at++) {
        const value = ((bytes[at] ?? 0) + (before[next] ?? 0)) & 0xff;
        bytes[at] = value;
        before[next] = value;
        next = (next + 1) % distanceInBytes;
      }
      return bytes.length;
    },
  };
}
