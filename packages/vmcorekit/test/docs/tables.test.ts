import { expect } from 'chai';
import { documents } from './documents.ts';

const maxWords = 20;

/** The cells of all tables of a document that hold more than one thought. */
function longCells(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .flatMap((line) => line.split(/(?<!\\)\|/))
    .map((cell) => cell.trim())
    .filter((cell) => cell.split(/\s+/).length > maxWords);
}

describe('tables in documents', () => {
  for (const { path, text } of documents()) {
    it(`of ${path} hold at most ${maxWords} words a cell`, () => {
      expect(longCells(text)).to.deep.equal([]);
    });
  }
});
