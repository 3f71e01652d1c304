import {
  BufferSource,
  type ByteSource,
  type Container,
  type ContainerContents,
  definePlugin,
  hasAt,
  type Plugin,
  type Progress,
  readExactly,
} from '@vmcorekit/core';
import { writeTemporaryFile } from './temporary-file.ts';

const magic = 'SHELF';

const shelf: Container = {
  name: 'shelf',
  probe: ({ head }) =>
    hasAt(head, 0, magic) ? { because: 'a shelf', strength: 'signature' } : undefined,
  async open(source) {
    return booksOf(source);
  },
};

function* booksOf(source: ByteSource): Generator<Progress, ContainerContents, void> {
  yield { kind: 'progress', doing: 'opening a shelf', fraction: null };
  const text = Buffer.from(readExactly(source, 0, source.sizeInBytes, 'shelf')).toString();
  const books = JSON.parse(text.slice(magic.length)) as Record<string, string>;
  return {
    entries: Object.entries(books).map(([name, { length }]) => ({ name, sizeInBytes: length })),
    open: ({ name }) => new BufferSource(Buffer.from(books[name] ?? ''), name),
    damage: [],
    [Symbol.dispose]: () => source[Symbol.dispose](),
  };
}

/** Reads `SHELF`, then a JSON object of texts by name. */
export const shelfPlugin: Plugin = definePlugin({ name: 'shelf', containers: [shelf] });

/** Writes such a file, and returns its path. */
export function writeShelf(books: Record<string, string>): string {
  return writeTemporaryFile('shelf', magic + JSON.stringify(books));
}
