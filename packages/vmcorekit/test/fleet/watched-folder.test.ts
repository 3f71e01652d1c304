import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { watchedFolder } from '../../dist/fleet/watched-folder.js';

describe('a watched folder', () => {
  let folder: string;
  const reasons: string[] = [];
  const { signal } = new AbortController();

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'watched-'));
    reasons.length = 0;
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function stamps(): Promise<Map<string, string>> {
    const found = new Map<string, string>();
    const { files } = watchedFolder('.', folder, signal);
    for await (const { path, stamp } of files((because) => reasons.push(because))) {
      found.set(path.slice(folder.length + 1), stamp);
    }
    return found;
  }

  it('gives every file once, in spite of links that go round', async () => {
    mkdirSync(join(folder, 'in'));
    writeFileSync(join(folder, 'in', 'vmcore'), 'text');
    symlinkSync(folder, join(folder, 'in', 'round'));
    symlinkSync('self', join(folder, 'self'));
    expect([...(await stamps()).keys()]).to.deep.equal(['in/vmcore']);
    expect(reasons).to.deep.equal([]);
  });

  it('stamps a file that grew otherwise', async () => {
    writeFileSync(join(folder, 'vmcore'), 'text');
    const first = (await stamps()).get('vmcore');
    expect((await stamps()).get('vmcore')).to.equal(first);
    writeFileSync(join(folder, 'vmcore'), 'more', { flag: 'a' });
    expect((await stamps()).get('vmcore')).not.to.equal(first);
  });

  it('says why it saw nothing of a folder that is gone', async () => {
    rmSync(folder, { recursive: true });
    expect((await stamps()).size).to.equal(0);
    expect(reasons.join()).to.contain('no such file');
  });

  it('has no stamp of a file that is gone, and never waits for a pipe', async () => {
    const { freshStamp } = watchedFolder(folder, '/', signal);
    expect(await freshStamp(join(folder, 'gone'))).to.equal(undefined);
    writeFileSync(join(folder, 'vmcore'), 'text');
    const stamp = await freshStamp(join(folder, 'vmcore'));
    expect(stamp).to.equal((await stamps()).get('vmcore'));
    rmSync(join(folder, 'vmcore'));
    execFileSync('mkfifo', [join(folder, 'vmcore')]);
    expect(await freshStamp(join(folder, 'vmcore'))).not.to.equal(stamp);
  });
});
