import { closeSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';
import { expect } from 'chai';
import { open } from 'vmcorekit';
import { runCli } from './support/run-cli.ts';
import { writeTemporaryFile } from './support/temporary-file.ts';

const page = 4096;
const sizeInBytes: number = 4 * 1024 * 1024;

/** Pages of ones, and a layer with holes that has twos in the second page. */
function writeLayers(): { readonly base: string; readonly layer: string } {
  const layer = writeTemporaryFile('diff.mem', '');
  const file = openSync(layer, 'r+');
  ftruncateSync(file, sizeInBytes);
  writeSync(file, new Uint8Array(page).fill(2), 0, page, page);
  closeSync(file);
  return { base: writeTemporaryFile('full.mem', new Uint8Array(sizeInBytes).fill(1)), layer };
}

describe('memory in layers', () => {
  it('is raw memory with what the layer stores, and the base elsewhere', async () => {
    const { base, layer } = writeLayers();
    using dump = await open(`${base}+${layer}`);
    expect(dump.image.format).to.equal('raw');
    expect([...dump.image.memory.read(page - 1, 2)]).to.deep.equal([1, 2]);
    expect([...dump.image.memory.read(2 * page - 1, 2)]).to.deep.equal([2, 1]);
  });

  it('is never written over by a conversion of it', async () => {
    const { base, layer } = writeLayers();
    const before = readFileSync(layer);
    const { stderr } = await runCli(['convert', '--force', `${base}+${layer}`, layer]);
    expect(stderr).to.include(layer);
    expect(readFileSync(layer).equals(before)).to.equal(true);
  });
});
