import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect } from 'chai';
import type { FoundDump, WatchedPlace } from 'vmcorekit/fleet';
import { isNodeNewEnough, title } from './support/node-version.ts';
import { type OpenStore, openStore } from './support/open-store.ts';
import { worldOf } from './support/world-of.ts';

describe(title, () => {
  let folder: string;
  let open: OpenStore | undefined;
  let remarks: string[];
  /** What a look meets; the order is the watcher's own affair. */
  let names: string[];
  let notSearched: string | null;

  before(async function () {
    if (!isNodeNewEnough) {
      this.skip();
    }
    folder = mkdtempSync(join(tmpdir(), 'fleet-watch-'));
    open = await openStore(`pglite:${join(folder, 'db')}`);
  });

  beforeEach(() => {
    remarks = [];
    names = [];
    notSearched = null;
  });

  after(async () => {
    await open?.[Symbol.asyncDispose]();
    if (folder !== undefined) {
      rmSync(folder, { recursive: true });
    }
  });

  const pathOf = (name: string): string => join(folder, name);
  const stampOf = (path: string): string => String(statSync(path).size);

  /** Looks once at a place of that name. Returns how many jobs are new. */
  async function look(name: string): Promise<number> {
    const { Watcher } = await import('@vmcorekit/fleet');
    const place: WatchedPlace = {
      name,
      async *files(heard) {
        if (notSearched !== null) {
          heard(notSearched);
        }
        for (const path of names.map(pathOf)) {
          yield { path, folder, stamp: stampOf(path) };
        }
      },
      freshStamp: async (path) => stampOf(path),
    };
    const watching = { places: [place], everyMilliseconds: 0, dumpsAmong };
    const world = worldOf('', folder, remarks);
    return await new Watcher((open as OpenStore).store, watching, world).look(place);
  }

  function write(name: string, text: string): void {
    writeFileSync(pathOf(name), text);
    names.push(name);
  }

  it('takes a file once two looks saw the same', async () => {
    write('grows', 'a');
    expect(await look('growing'), 'the first look').to.equal(0);
    writeFileSync(pathOf('grows'), 'aa');
    expect(await look('growing'), 'it grew').to.equal(0);
    expect(await look('growing'), 'it is settled').to.equal(1);
    expect(await look('growing'), 'it is known').to.equal(0);
  });

  it('takes a file again that was written to later', async () => {
    write('again', 'b');
    await look('later');
    expect(await look('later')).to.equal(1);
    writeFileSync(pathOf('again'), 'bbb');
    expect(await look('later')).to.equal(0);
    expect(await look('later')).to.equal(1);
  });

  it('waits for all parts of a split dump', async () => {
    write('split.1', 'part 1');
    await look('split');
    write('split.2', 'part');
    expect(await look('split'), 'a part that is new').to.equal(0);
    writeFileSync(pathOf('split.2'), 'part 2');
    expect(await look('split'), 'a part that grows').to.equal(0);
    expect(await look('split')).to.equal(1);
    const rows = await (open as OpenStore).store.database.query<{ files: string[] }>(
      'select files from fleet.place where array_length(files, 1) > 1',
    );
    expect(rows).to.deep.equal([{ files: ['split.1', 'split.2'].map(pathOf) }]);
  });

  it('forgets what vanished, but not if a look did not see everything', async () => {
    const known = async (): Promise<number> =>
      (
        await (open as OpenStore).store.database.query(
          "select from fleet.sighting where place = 'vanishing'",
        )
      ).length;
    write('first', 'c');
    write('second', 'd');
    await look('vanishing');
    expect(await known()).to.equal(2);
    names = ['first'];
    notSearched = 'the server is away';
    await look('vanishing');
    expect(await known(), 'the server is away').to.equal(2);
    expect(remarks).to.deep.equal(['vanishing: the server is away']);
    const { watchStatusOf } = await import('../dist/asking/watch-status.js');
    const status = await watchStatusOf((open as OpenStore).store.database);
    const { lookedAt, ...counts } = status.find(({ place }) => place === 'vanishing') ?? {};
    expect(lookedAt).to.match(/^20.*Z$/);
    expect(counts).to.deep.equal({
      place: 'vanishing',
      because: 'the server is away',
      files: 2,
      unsettled: 1,
    });
    notSearched = null;
    await look('vanishing');
    expect(await known()).to.equal(1);
  });

  it('goes on after a file that vanishes between look and read', async () => {
    write('stays', 'stays here');
    write('gone', 'goes away');
    await look('vanished');
    const { Watcher } = await import('@vmcorekit/fleet');
    const place: WatchedPlace = {
      name: 'vanished',
      async *files() {
        yield* ['stays', 'gone']
          .map(pathOf)
          .map((path) => ({ path, folder, stamp: stampOf(path) }));
      },
      freshStamp: async (path) => {
        const stamp = stampOf(path);
        if (path === pathOf('gone')) {
          rmSync(path);
        }
        return stamp;
      },
    };
    const world = worldOf('', folder, remarks);
    const watching = { places: [place], everyMilliseconds: 0, dumpsAmong };
    const watcher = new Watcher((open as OpenStore).store, watching, world);
    expect(await watcher.look(place)).to.equal(1);
    expect(remarks.join()).to.contain('gone').and.to.contain('no such file');
  });

  it('holds a page of the files, and takes each of many', async () => {
    for (let index = 0; index < 1201; index++) {
      write(`many-${index}`, `dump ${index}`);
    }
    expect(await look('many')).to.equal(0);
    expect(await look('many')).to.equal(1201);
  });
});

/** Files that are called split.N are the parts of one dump. */
async function* dumpsAmong(files: readonly string[]): AsyncGenerator<FoundDump> {
  const parts = files.filter((file) => basename(file).startsWith('split.'));
  if (parts.length > 0) {
    yield { files: parts, isSplit: true };
  }
  for (const file of files.filter((each) => !parts.includes(each))) {
    yield { files: [file], isSplit: false };
  }
}
