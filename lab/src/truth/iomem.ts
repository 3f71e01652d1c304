import type { MemoryRange } from './truth.ts';

/** Reads /proc/iomem as root sees it, or /proc/ioports. */
export function parseIomem(text: string): readonly MemoryRange[] {
  return text.split('\n').flatMap((line) => {
    const match = /^( *)([0-9a-f]+)-([0-9a-f]+) : (.*)$/.exec(line);
    if (match === null) {
      return [];
    }
    const [, indent = '', start = '', end = '', name = ''] = match;
    return [{ start: `0x${start}`, end: `0x${end}`, depth: indent.length / 2, name: name.trim() }];
  });
}

/** @throws {Error} when no line has this name, or its address is hidden (zero). */
export function startOf(map: readonly MemoryRange[], name: string): bigint {
  const range = map.find((candidate) => candidate.name === name);
  if (range === undefined || BigInt(range.end) === 0n) {
    throw new Error(`/proc/iomem has no ${name}`);
  }
  return BigInt(range.start);
}
