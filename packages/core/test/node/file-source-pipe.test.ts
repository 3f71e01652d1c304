import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileSource } from '@vmcorekit/core/node';
import { expect } from 'chai';

describe('FileSource', () => {
  it('refuses a pipe nobody writes to at once, instead of waiting for a writer', () => {
    const folder = mkdtempSync(join(tmpdir(), 'pipe-'));
    try {
      const pipe = join(folder, 'pipe');
      execFileSync('mkfifo', [pipe]);
      expect(() => new FileSource(pipe)).to.throw(/is not a regular file/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
