import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readExactly } from '@vmcorekit/core';
import { fileOpener } from '@vmcorekit/node';
import { expect } from 'chai';

describe('the opener of files', () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'file-opener-')));
  const folder = join(root, 'evidence');
  const dump = join(folder, 'dump.vmss');
  before(() => {
    mkdirSync(join(folder, 'sub'), { recursive: true });
    writeFileSync(join(root, 'secret'), 'secret');
    writeFileSync(dump, 'state');
    writeFileSync(join(folder, 'dump.vmem'), 'memory');
    writeFileSync(join(folder, 'sub', 'inner'), 'inner');
    symlinkSync(join(root, 'secret'), join(folder, 'out'));
    symlinkSync(join(folder, 'sub', 'inner'), join(folder, 'down'));
    symlinkSync('dump.vmem', join(folder, 'link'));
    symlinkSync('nowhere', join(folder, 'dangling'));
    linkSync(join(folder, 'dump.vmem'), join(folder, 'hard'));
  });
  after(() => rmSync(root, { recursive: true }));

  async function companion(name: string, url: string = dump): Promise<string | undefined> {
    using source = await fileOpener.companion?.(url, name);
    return source === undefined
      ? undefined
      : Buffer.from(readExactly(source, 0, source.sizeInBytes, 'it')).toString();
  }

  it('takes paths and file: addresses', async () => {
    for (const url of [dump, pathToFileURL(dump).href]) {
      using source = await fileOpener.open(url);
      expect(source.sizeInBytes, url).to.equal(5);
      expect(await companion('dump.vmem', url), url).to.equal('memory');
    }
    const error: unknown = await fileOpener
      .open('file://other-host/x')
      .catch((thrown: unknown) => thrown);
    expect(error).to.have.property('code', 'io');
  });

  it('opens what lies beside a file, also through a link that stays there', async () => {
    expect(await companion('dump.vmem')).to.equal('memory');
    expect(await companion('link')).to.equal('memory');
    expect(await companion('hard')).to.equal('memory');
  });

  for (const name of [
    'out',
    'down',
    'dangling',
    'none',
    'sub',
    '.',
    '..',
    '',
    '../secret',
    'sub/inner',
    'dump.vmem/x',
  ]) {
    it(`opens nothing beside a file by the name ${JSON.stringify(name)}`, async () => {
      expect(await companion(name)).to.equal(undefined);
    });
  }
});
