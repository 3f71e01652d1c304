import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readExactly } from '@vmcorekit/core';
import { FileSource } from '@vmcorekit/node';
import { expect } from 'chai';

describe('FileSource', () => {
  const folder = mkdtempSync(join(tmpdir(), 'file-source-'));
  after(() => rmSync(folder, { recursive: true }));

  it('refuses a pipe without a writer at once, instead of waiting for one', () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    expect(() => new FileSource(pipe)).to.throw(
      /is neither a regular file.*copy it to a file first/,
    );
  });

  it('finds a size by reading where a file reports none, unlike a block device', () => {
    using source = new FileSource('/proc/version');
    const text = readFileSync('/proc/version');
    expect(source.sizeInBytes).to.equal(text.length);
    expect(Buffer.from(readExactly(source, 0, source.sizeInBytes, 'version'))).to.deep.equal(text);
  });

  it('says how much of a file with holes is stored', () => {
    const path = join(folder, 'sparse');
    writeFileSync(path, Buffer.alloc(4096, 1));
    truncateSync(path, 1024 * 1024);
    using source = new FileSource(path);
    expect(source.storedInBytes).to.be.within(4096, 65536);
    using device = new FileSource('/proc/version');
    expect(device.storedInBytes).to.equal(undefined);
  });

  it('takes an empty file for empty', () => {
    const path = join(folder, 'empty');
    writeFileSync(path, '');
    using source = new FileSource(path);
    expect(source.sizeInBytes).to.equal(0);
  });

  it('says so where reading does not tell the size', () => {
    expect(() => new FileSource('/proc/self/mem')).to.throw(
      /\/proc\/self\/mem: its size is unknown and cannot be found by reading: input\/output error/,
    );
  });

  it('reads at offsets beyond 2^53, as /proc/kcore needs', () => {
    using source = new FileSource(process.execPath);
    expect(source.readInto(2 ** 56, new Uint8Array(8))).to.equal(0);
  });

  it('cannot be read once it is disposed', () => {
    const source = new FileSource(process.execPath);
    source[Symbol.dispose]();
    expect(() => source.readInto(0, new Uint8Array(1))).to.throw(/was used after it was disposed/);
  });
});
