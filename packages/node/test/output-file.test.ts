import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OutputFile } from '@vmcorekit/node';
import { expect } from 'chai';

describe('OutputFile', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'vmcorekit-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function writeOne(path: string, mayReplace: boolean): void {
    using file = new OutputFile(path, mayReplace);
    file.writeAt(0, Uint8Array.of(1, 2));
    file.commit();
  }

  it('appears under its name when it is whole, for the owner only', () => {
    const path = join(folder, 'out');
    using file = new OutputFile(path);
    file.writeAt(0, Uint8Array.of(1));
    expect(readdirSync(folder)).to.have.lengthOf(1).and.not.include('out');
    file.commit();
    expect(readdirSync(folder)).to.deep.equal(['out']);
    expect(statSync(path).mode & 0o777).to.equal(0o600);
  });

  it('leaves nothing when it is given up', () => {
    {
      using file = new OutputFile(join(folder, 'out'));
      file.writeAt(0, Uint8Array.of(1));
    }
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it('refuses a name that is taken, before and while it is written', () => {
    const path = join(folder, 'out');
    {
      using file = new OutputFile(path);
      writeFileSync(path, 'other');
      expect(() => file.commit()).to.throw('already exists');
    }
    expect(() => new OutputFile(path)).to.throw('already exists');
    expect(readFileSync(path, 'utf8')).to.equal('other');
    expect(readdirSync(folder)).to.deep.equal(['out']);
  });

  it('says that the folder is missing, not the unfinished file in it', () => {
    const path = join(folder, 'none', 'out');
    expect(() => new OutputFile(path)).to.throw(
      `${path}: there is no folder ${join(folder, 'none')}`,
    );
  });

  it('replaces a file where it may, and what a link points to', () => {
    writeFileSync(join(folder, 'old'), 'old');
    symlinkSync('old', join(folder, 'link'));
    writeOne(join(folder, 'link'), true);
    expect([...readFileSync(join(folder, 'old'))]).to.deep.equal([1, 2]);
    expect(readdirSync(folder).sort()).to.deep.equal(['link', 'old']);
  });

  it('puts nothing in the place of a device or a folder', () => {
    expect(() => new OutputFile('/dev/null', true)).to.throw('/dev/null: is not a regular file');
    expect(() => new OutputFile(folder, true)).to.throw('is not a regular file');
  });
});
