import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { writeKernelDump } from '../support/kernel-dump.ts';

const bin = fileURLToPath(new URL('../../bin/', import.meta.url));
const { cacheName, readCodeCache, writeCodeCache } = createRequire(import.meta.url)(
  `${bin}code-cache.cjs`,
) as {
  cacheName: (source: Uint8Array, command: string | undefined) => string;
  readCodeCache: (folder: string, name: string) => Uint8Array | undefined;
  writeCodeCache: (folder: string, name: string, data: Uint8Array) => void;
};
const data = Buffer.from('what V8 compiled');

describe('the code cache', () => {
  let home: string;
  let folder: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'vmcorekit-home-'));
    folder = join(home, 'vmcorekit/code');
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  const run = (...words: string[]) =>
    spawnSync(process.execPath, [`${bin}vmcorekit.cjs`, ...words], {
      encoding: 'utf8',
      env: { XDG_CACHE_HOME: home },
    });
  const kept = () =>
    readdirSync(folder).map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));

  it('is written by a first run, and left alone by a second', () => {
    const first = run('--version');
    const [file, ...others] = kept();
    const second = run('--version');
    expect(others).to.deep.equal([]);
    expect(kept()).to.deep.equal([file]);
    expect(second).to.include({ status: 0, stdout: first.stdout, stderr: '' });
  });

  it('is written again where it was damaged, and never run', () => {
    run('--version');
    const [file] = kept();
    if (file === undefined) {
      throw new Error('nothing was kept');
    }
    const damaged = Buffer.from(file.bytes);
    damaged.fill(0x5a, damaged.length / 2);
    writeFileSync(join(folder, file.name), damaged);
    const { status, stderr } = run('--version');
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' });
    const [mended] = kept();
    expect(mended?.bytes.equals(damaged)).to.equal(false);
    expect(readCodeCache(folder, file.name)).to.not.equal(undefined);
  });

  it('is not written by a command that did nothing', () => {
    expect(run('probe', '--no-such-option').status).to.equal(2);
    expect(run('probe', join(home, 'missing')).status).to.equal(3);
    expect(readdirSync(home)).to.deep.equal([]);
  });

  it('is not written beside a dump', () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const { path } = writeKernelDump();
    renameSync(path, join(folder, 'dump'));
    expect(run('info', join(folder, 'dump')).status).to.equal(0);
    expect(readdirSync(folder)).to.deep.equal(['dump']);
  });

  it('is done without, silently, where its folder cannot be made', () => {
    writeFileSync(join(home, 'vmcorekit'), '');
    expect(run('--version')).to.include({ status: 0, stderr: '' });
    expect(readdirSync(home)).to.deep.equal(['vmcorekit']);
  });

  // As root with HOME=/proc, every command hung at its end.
  it('is done without where the system lets no folder be made', () => {
    const { status, error } = spawnSync(
      process.execPath,
      ['-e', `require('${bin}code-cache.cjs').writeCodeCache('/proc/a/b/c', 'name', Buffer.of(1))`],
      { timeout: 600_000 },
    );
    expect({ status, error }).to.deep.equal({ status: 0, error: undefined });
  });

  it('holds what was kept', () => {
    writeCodeCache(folder, 'name', data);
    expect(Buffer.from(readCodeCache(folder, 'name') ?? []).toString()).to.equal(data.toString());
    expect(readCodeCache(folder, 'other')).to.equal(undefined);
  });

  for (const { title, change } of [
    { title: 'a flipped bit', change: (bytes: Buffer) => bytes.fill((bytes[3] ?? 0) ^ 1, 3, 4) },
    { title: 'a lost end', change: (bytes: Buffer) => bytes.subarray(0, 9) },
    { title: 'nothing in it', change: (bytes: Buffer) => bytes.subarray(0, 0) },
  ]) {
    it(`is not taken with ${title}`, () => {
      writeCodeCache(folder, 'name', data);
      writeFileSync(join(folder, 'name'), change(readFileSync(join(folder, 'name'))));
      expect(readCodeCache(folder, 'name')).to.equal(undefined);
    });
  }

  for (const mode of [0o620, 0o602]) {
    it(`is not taken with the mode ${mode.toString(8)}`, () => {
      writeCodeCache(folder, 'name', data);
      chmodSync(join(folder, 'name'), mode);
      expect(readCodeCache(folder, 'name')).to.equal(undefined);
    });
  }

  for (const mode of [0o710, 0o701, 0o777]) {
    it(`is neither read nor written in a folder of the mode ${mode.toString(8)}`, () => {
      writeCodeCache(folder, 'name', data);
      chmodSync(folder, mode);
      writeCodeCache(folder, 'other', data);
      expect(readCodeCache(folder, 'name')).to.equal(undefined);
      expect(readdirSync(folder)).to.deep.equal(['name']);
    });
  }

  it('is not taken through a link', () => {
    writeCodeCache(folder, 'name', data);
    renameSync(join(folder, 'name'), join(home, 'name'));
    symlinkSync(join(home, 'name'), join(folder, 'name'));
    expect(readCodeCache(folder, 'name')).to.equal(undefined);
  });

  it('is neither read nor written through a link to a folder', () => {
    writeCodeCache(folder, 'name', data);
    const link = join(home, 'link');
    symlinkSync(folder, link);
    writeCodeCache(link, 'other', data);
    expect(readCodeCache(link, 'name')).to.equal(undefined);
    expect(readdirSync(folder)).to.deep.equal(['name']);
  });

  it('is neither read nor written in what belongs to another user', function () {
    if (process.geteuid?.() !== 0) {
      this.skip();
    }
    writeCodeCache(folder, 'name', data);
    chownSync(join(folder, 'name'), 65_534, 65_534);
    expect(readCodeCache(folder, 'name')).to.equal(undefined);
    rmSync(join(home, 'vmcorekit'), { recursive: true });
    chownSync(home, 65_534, 65_534);
    writeCodeCache(folder, 'name', data);
    expect(readdirSync(home)).to.deep.equal([]);
  });

  it('is neither read nor written below a link to a folder', () => {
    const elsewhere = join(home, 'elsewhere');
    writeCodeCache(join(elsewhere, 'code'), 'name', data);
    symlinkSync(elsewhere, join(home, 'vmcorekit'));
    writeCodeCache(folder, 'other', data);
    expect(readCodeCache(folder, 'name')).to.equal(undefined);
    expect(readdirSync(folder)).to.deep.equal(['name']);
  });

  it('is neither read nor written below a folder that others may write', () => {
    writeCodeCache(folder, 'name', data);
    chmodSync(join(home, 'vmcorekit'), 0o777);
    writeCodeCache(folder, 'other', data);
    expect(readCodeCache(folder, 'name')).to.equal(undefined);
    expect(readdirSync(folder)).to.deep.equal(['name']);
  });

  it('keeps sixteen files and removes the oldest, other processes’ leavings too', () => {
    const name = cacheName(data, 'probe');
    const left = (process: number) => `${name}.${process}.part`;
    writeOldFiles(left);
    writeCodeCache(folder, name, data);
    const newest = Array.from({ length: 15 }, (_, index) => left(index + 6));
    expect(readdirSync(folder)).to.have.members([name, ...newest]);
  });

  it('removes no file of the user, however old', () => {
    writeOldFiles((number) => `vmcore.${number}`);
    writeCodeCache(folder, cacheName(data, 'probe'), data);
    expect(readdirSync(folder)).to.have.length(21);
  });

  function writeOldFiles(nameOf: (number: number) => string): void {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (let second = 1; second <= 20; second++) {
      writeFileSync(join(folder, nameOf(second)), '');
      utimesSync(join(folder, nameOf(second)), second, second);
    }
  }

  it('is another for another source, command or set of flags', () => {
    const names = [
      cacheName(Buffer.from('a'), 'probe'),
      cacheName(Buffer.from('b'), 'probe'),
      cacheName(Buffer.from('a'), 'info'),
      cacheName(Buffer.from('a'), undefined),
    ];
    const { NODE_OPTIONS } = process.env;
    process.env.NODE_OPTIONS = '--no-opt';
    names.push(cacheName(Buffer.from('a'), 'probe'));
    if (NODE_OPTIONS === undefined) {
      delete process.env.NODE_OPTIONS;
    } else {
      process.env.NODE_OPTIONS = NODE_OPTIONS;
    }
    expect(new Set(names).size).to.equal(names.length);
  });

  it('is one for all words that cannot be a command', () => {
    for (const word of ['../../x', '--version', 'a'.repeat(21), undefined]) {
      expect(cacheName(data, word)).to.match(/_-$/);
    }
  });
});
