import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runCli } from '../support/run-cli.ts';
import { root } from './documents.ts';

describe('docs/memory-map.svg', () => {
  it('is what the command in README.md draws', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-picture-'));
    try {
      const dump = join(folder, 'guest.vmcore');
      copyFileSync(join(root, 'fixtures/ovmf-kaslr-vmcoreinfo/dump.kdump'), dump);
      const svg = join(folder, 'memory-map.svg');
      await runCli(['analyze', 'memory-map', '--svg', svg, dump]);
      const drawn = readFileSync(svg, 'utf8');
      expect(drawn).to.include('<svg ');
      expect(readFileSync(join(root, 'docs/memory-map.svg'), 'utf8')).to.equal(drawn);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
