import type { IdentifiedSource } from '@vmcorekit/engine';
import { expect } from 'chai';
import { type Identified, LookAhead } from '../../dist/dumps/look-ahead.js';
import type { NamedFile } from '../../dist/dumps/named-file.js';

/** Files named `SET-N` are parts of a split dump; of others, each stands alone. */
class Shelf {
  open = 0;
  mostOpen = 0;

  readonly identify = async (file: NamedFile): Promise<Identified> => {
    this.open++;
    this.mostOpen = Math.max(this.mostOpen, this.open);
    const splitSet = /^(.*)-/.exec(file.path)?.[1] ?? null;
    const part = {
      file: file.path,
      format: { name: 'toy' },
      splitSet,
      [Symbol.dispose]: () => {
        this.open--;
      },
    };
    return { file, part: part as unknown as IdentifiedSource };
  };

  /** The dumps of files, each as the paths of its parts. */
  async dumpsOf(files: readonly NamedFile[]): Promise<string[][]> {
    const ahead = new LookAhead(files, this.identify);
    const dumps: string[][] = [];
    for (let first = await ahead.next(); first !== undefined; first = await ahead.next()) {
      const parts = 'part' in first ? await ahead.setOf(first.file, first.part) : [];
      dumps.push(parts.map(({ file }) => file));
      for (const part of parts) {
        part[Symbol.dispose]();
      }
    }
    await ahead.close();
    return dumps;
  }
}

const named = (path: string): NamedFile => ({ path, foundIn: null });

describe('looking ahead for the parts of a split dump', () => {
  // A split dump first of a thousand files had all of them open at once.
  it('keeps few other files open, and gives all in order', async () => {
    const shelf = new Shelf();
    const others = Array.from({ length: 100 }, (_, index) => `single.${index}`);
    const files = ['a-1', ...others, 'a-2', 'b-1', 'b-2'].map(named);
    expect(await shelf.dumpsOf(files)).to.deep.equal([
      ['a-1', 'a-2'],
      ...others.map((other) => [other]),
      ['b-1', 'b-2'],
    ]);
    expect(shelf.mostOpen).to.be.at.most(20);
    expect(shelf.open).to.equal(0);
  });

  // Three thousand copies of one part had all of them open at once, and Node ended with SIGABRT.
  it('joins a thousand parts at most, and gives the others after them', async () => {
    const shelf = new Shelf();
    const parts = Array.from({ length: 2500 }, (_, index) => `a-${index}`);
    const dumps = await shelf.dumpsOf(parts.map(named));
    expect(dumps).to.deep.equal([parts.slice(0, 1000), parts.slice(1000, 2000), parts.slice(2000)]);
    expect(shelf.mostOpen).to.be.at.most(1001);
    expect(shelf.open).to.equal(0);
  });

  it('looks at no file of another folder', async () => {
    const shelf = new Shelf();
    const files = ['a-1', 'a-2', 'a-3'].map((path, index) => ({
      path,
      foundIn: index < 2 ? 'x' : 'y',
    }));
    expect(await shelf.dumpsOf(files)).to.deep.equal([['a-1', 'a-2'], ['a-3']]);
  });

  it('looks at nothing ahead of a file that stands alone', async () => {
    const shelf = new Shelf();
    await shelf.dumpsOf(['one', 'two', 'three'].map(named));
    expect(shelf.mostOpen).to.equal(1);
  });
});
