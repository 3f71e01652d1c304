import { mkdtempSync, realpathSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isVmcorekitError } from '@vmcorekit/core';
import { fileStatusOf } from '@vmcorekit/node';
import { expect } from 'chai';

describe('fileStatusOf', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'vmcorekit-status-')));
  after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'vmcore');
  writeFileSync(path, 'dump');
  utimesSync(path, 1, 2);

  it('says size and times, by path or address', () => {
    for (const url of [path, pathToFileURL(path).href]) {
      const { target, sizeInBytes, modified, changed } = fileStatusOf(url);
      expect({ target, sizeInBytes, modified }).to.deep.equal({
        target: null,
        sizeInBytes: 4,
        modified: 2_000_000_000n,
      });
      expect(changed > modified).to.equal(true);
    }
  });

  it('says where a symbolic link leads, also one on the way', () => {
    const link = join(folder, 'link');
    symlinkSync(path, link);
    expect(fileStatusOf(link).target).to.equal(path);
    const folderLink = join(folder, 'folder');
    symlinkSync(folder, folderLink);
    expect(fileStatusOf(join(folderLink, 'vmcore')).target).to.equal(path);
  });

  it('throws io for what is no file', () => {
    for (const url of [join(folder, 'absent'), folder, 'memory of a test']) {
      expect(() => fileStatusOf(url))
        .to.throw()
        .that.satisfies((error: unknown) => isVmcorekitError(error, 'io'));
    }
  });
});
