import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IndexOf } from '@vmcorekit/core';
import { FileSource, fileIndexCache, userIndexCache } from '@vmcorekit/node';
import { expect } from 'chai';

const of = (fields: Partial<IndexOf> = {}): IndexOf => ({
  version: '100-1-1',
  ends: Uint8Array.of(1, 2),
  place: '["gzip",""]',
  ...fields,
});

describe('a cache of indexes in files', () => {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'vmcorekit-indexes-')));
  const folder = join(home, 'vmcorekit', 'indexes');
  afterEach(() => rmSync(join(home, 'vmcorekit'), { recursive: true, force: true }));
  after(() => rmSync(home, { recursive: true }));

  it('gives back what it got, for that file and place alone', () => {
    const cache = fileIndexCache(folder);
    cache.store(of(), Uint8Array.of(7, 8));
    expect(Array.from(fileIndexCache(folder).load(of()) ?? [])).to.deep.equal([7, 8]);
    for (const other of [
      of({ version: '100-1-2' }),
      of({ ends: Uint8Array.of(1, 3) }),
      of({ place: '["zip","a"]' }),
    ]) {
      expect(cache.load(other)).to.equal(undefined);
    }
    const [name = ''] = readdirSync(folder);
    expect(statSync(join(folder, name)).mode & 0o777).to.equal(0o600);
    expect(statSync(folder).mode & 0o777).to.equal(0o700);
  });

  for (const [bound, options] of [
    ['by size', { limitInBytes: 2500 }],
    ['by number', { maxFiles: 2 }],
  ] as const) {
    it(`is bounded ${bound}: what was used longest ago goes first`, () => {
      const cache = fileIndexCache(folder, options);
      for (const [index, version] of ['1', '2', '3'].entries()) {
        cache.store(of({ version }), new Uint8Array(1000));
        for (const name of readdirSync(folder)) {
          const used = new Date(1_700_000_000_000 + index * 1000);
          const path = join(folder, name);
          if (statSync(path).mtimeMs > used.getTime()) {
            utimesSync(path, used, used);
          }
        }
      }
      cache.store(of({ version: '4' }), new Uint8Array(1000));
      const left = ['1', '2', '3', '4'].filter(
        (version) => cache.load(of({ version })) !== undefined,
      );
      expect(left).to.deep.equal(['3', '4']);
    });
  }

  it('keeps nothing in a folder that others can enter, and nothing beside a dump', () => {
    const env = { XDG_CACHE_HOME: home };
    userIndexCache([], env)?.store(of(), Uint8Array.of(1));
    expect(readdirSync(folder)).to.have.length(1);
    const [name = ''] = readdirSync(folder);
    expect(userIndexCache([join(folder, name)], env)).to.equal(undefined);
    chmodSync(folder, 0o755);
    expect(userIndexCache([], env)?.load(of())).to.equal(undefined);
  });

  it('can be asked of a file: its version changes with its size and times', () => {
    const path = new URL(import.meta.url).pathname;
    using source = new FileSource(path);
    const { size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    expect(source.version).to.equal(`${size}-${mtimeNs}-${ctimeNs}`);
    using device = new FileSource('/proc/self/status');
    expect(device.version).to.equal(undefined);
  });
});
