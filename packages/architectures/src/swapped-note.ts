import type { Note } from '@vmcorekit/core';

/** Consecutive numbers of one width. */
interface Numbers {
  readonly widthInBytes: 2 | 4 | 8 | 16;
  readonly count: number;
}

/** What one kind of note consists of, without gaps. */
export interface NoteNumbers extends Pick<Note, 'name' | 'type'> {
  readonly numbers: readonly Numbers[];
}

/** A note with each number in the other byte order; undefined where none has this name and size. */
export function swappedNote(
  kinds: readonly NoteNumbers[],
  { name, type, descriptor }: Pick<Note, 'name' | 'type' | 'descriptor'>,
): Uint8Array | undefined {
  const kind = kinds.find(
    (each) =>
      each.name === name && each.type === type && sizeOf(each.numbers) === descriptor.length,
  );
  if (kind === undefined) {
    return undefined;
  }
  const swapped = Uint8Array.from(descriptor);
  let at = 0;
  for (const { widthInBytes, count } of kind.numbers) {
    for (const end = at + widthInBytes * count; at < end; at += widthInBytes) {
      swapped.subarray(at, at + widthInBytes).reverse();
    }
  }
  return swapped;
}

function sizeOf(numbers: readonly Numbers[]): number {
  return numbers.reduce((sum, { widthInBytes, count }) => sum + widthInBytes * count, 0);
}
