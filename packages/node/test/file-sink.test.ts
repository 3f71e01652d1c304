import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileSink } from '@vmcorekit/node';
import { expect } from 'chai';

describe('FileSink', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-'));
  after(() => rmSync(folder, { recursive: true }));

  it('writes at any offset, and leaves zeros between', () => {
    const path = join(folder, 'new');
    {
      using sink = new FileSink(path);
      sink.writeAt(4, Uint8Array.of(5));
      sink.writeAt(0, Uint8Array.of(1, 2));
    }
    expect([...readFileSync(path)]).to.deep.equal([1, 2, 0, 0, 5]);
  });

  it('never overwrites a file', () => {
    const path = join(folder, 'old');
    new FileSink(path)[Symbol.dispose]();
    expect(() => new FileSink(path)).to.throw('already exists');
  });
});
