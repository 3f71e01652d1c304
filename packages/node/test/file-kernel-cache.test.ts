import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileKernelCache, kernelCacheFolder, userKernelCache } from '@vmcorekit/node';
import { expect } from 'chai';

const id = (digit: string) => digit.repeat(40);
const bytes = (size: number) => Uint8Array.from({ length: size }, (_, index) => index % 251);

describe('a cache of kernels in files', () => {
  const home = realpathSync(mkdtempSync(join(tmpdir(), 'vmcorekit-kernels-')));
  const folder = join(home, 'vmcorekit', 'kernels');

  afterEach(() => rmSync(join(home, 'vmcorekit'), { recursive: true, force: true }));
  after(() => rmSync(home, { recursive: true }));

  it('gives back what it got, by build ID and part, and only the user can read it', () => {
    const cache = fileKernelCache(folder);
    expect(cache.load(id('a'), 'types')).to.equal(undefined);
    cache.store(id('a'), 'types', bytes(1000));
    cache.store(id('a'), 'symbols', bytes(10));
    const again = fileKernelCache(folder);
    expect(Array.from(again.load(id('a'), 'types') ?? [])).to.deep.equal(Array.from(bytes(1000)));
    expect(again.load(id('a'), 'symbols')?.length).to.equal(10);
    expect(again.load(id('b'), 'types')).to.equal(undefined);
    const modes = [folder, join(folder, `${id('a')}.types`)].map((path) => statSync(path).mode);
    expect(modes.map((mode) => mode & 0o777)).to.deep.equal([0o700, 0o600]);
    cache.store(id('a'), 'types', bytes(5));
    expect(cache.load(id('a'), 'types')?.length).to.equal(5);
    expect(readdirSync(folder)).to.have.members([`${id('a')}.types`, `${id('a')}.symbols`]);
  });

  it('takes no build ID that is none: it comes from a dump', () => {
    const cache = fileKernelCache(folder);
    for (const wrong of ['', '../../x', `${id('a')}/..`, id('A'), 'abc', 'a'.repeat(200)]) {
      cache.store(wrong, 'types', bytes(5));
      expect(cache.load(wrong, 'types'), wrong).to.equal(undefined);
    }
    expect(existsSync(folder)).to.equal(false);
  });

  it('removes what was used longest ago, and nothing that is not its own', () => {
    const cache = fileKernelCache(folder, { limitInBytes: 2500 });
    for (const [index, digit] of ['1', '2', '3'].entries()) {
      cache.store(id(digit), 'types', bytes(800));
      const used = new Date(1_700_000_000_000 + index * 1000);
      utimesSync(join(folder, `${id(digit)}.types`), used, used);
    }
    writeFileSync(join(folder, 'notes.txt'), bytes(5000));
    expect(cache.load(id('1'), 'types')?.length, 'used now').to.equal(800);
    cache.store(id('4'), 'types', bytes(800));
    expect(['1', '2', '3', '4'].map((digit) => cache.load(id(digit), 'types')?.length))
      .to.deep //
      .equal([800, undefined, 800, 800]);
    expect(existsSync(join(folder, 'notes.txt'))).to.equal(true);
    cache.store(id('5'), 'types', bytes(2501));
    expect(cache.load(id('5'), 'types')).to.equal(undefined);
  });

  it('takes no file or folder that others may have written, and no link', () => {
    const cache = fileKernelCache(folder);
    cache.store(id('a'), 'types', bytes(10));
    const path = join(folder, `${id('a')}.types`);
    chmodSync(path, 0o622);
    expect(cache.load(id('a'), 'types')).to.equal(undefined);
    chmodSync(path, 0o600);
    symlinkSync(path, join(folder, `${id('b')}.types`));
    expect(cache.load(id('b'), 'types')).to.equal(undefined);
    chmodSync(folder, 0o755);
    expect(cache.load(id('a'), 'types')).to.equal(undefined);
    chmodSync(folder, 0o700);
    expect(cache.load(id('a'), 'types')?.length).to.equal(10);
  });

  it('does without where nothing can be kept', () => {
    mkdirSync(join(home, 'vmcorekit'));
    writeFileSync(folder, 'a file is in the way');
    for (const place of [folder, '/proc/vmcorekit/kernels']) {
      const cache = fileKernelCache(place);
      cache.store(id('a'), 'types', bytes(10));
      expect(cache.load(id('a'), 'types'), place).to.equal(undefined);
    }
  });

  it('lies in the user’s cache folder, never where the program was started', () => {
    const rows = [
      [{ HOME: '/home/ada' }, 'linux', '/home/ada/.cache/vmcorekit/kernels'],
      [{ HOME: '/home/ada', XDG_CACHE_HOME: '/big' }, 'linux', '/big/vmcorekit/kernels'],
      [{ HOME: '/home/ada', XDG_CACHE_HOME: 'big' }, 'linux', '/home/ada/.cache/vmcorekit/kernels'],
      [{ HOME: '/Users/ada' }, 'darwin', '/Users/ada/Library/Caches/vmcorekit/kernels'],
      [{ HOME: 'ada' }, 'linux', undefined],
      [{}, 'linux', undefined],
    ] as const;
    for (const [env, platform, wanted] of rows) {
      expect(kernelCacheFolder(env, platform)).to.equal(wanted);
    }
  });

  it('is off beside a dump, and where the user has no folder', () => {
    const env = { XDG_CACHE_HOME: home };
    userKernelCache([], env)?.store(id('a'), 'types', bytes(10));
    expect(readdirSync(folder)).to.deep.equal([`${id('a')}.types`]);
    const dump = join(folder, 'guest.vmcore');
    writeFileSync(dump, bytes(10));
    const link = join(home, 'link.vmcore');
    symlinkSync(dump, link);
    expect(userKernelCache([dump], env)).to.equal(undefined);
    expect(userKernelCache(['/no/such/dump', link], env)).to.equal(undefined);
    expect(userKernelCache(['/no/such/dump'], env)).to.not.equal(undefined);
    expect(userKernelCache([], {})).to.equal(undefined);
    rmSync(link);
  });
});
