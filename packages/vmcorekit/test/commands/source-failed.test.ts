import { readFileSync } from 'node:fs';
import { BufferSource, definePlugin, VmcorekitError } from '@vmcorekit/core';
import { expect } from 'chai';
import { createDefaultToolkit } from 'vmcorekit';
import { runCli } from '../support/run-cli.ts';

const fixture = readFileSync(
  new URL('../../../../fixtures/ovmf-nokaslr/dump.kdump', import.meta.url),
);

/** A disk that is broken after the first eighth of the file, except for the last. */
class BrokenSource extends BufferSource {
  override readInto(offset: number, target: Uint8Array): number {
    if (offset + target.length > fixture.length / 8 && offset < (fixture.length * 7) / 8) {
      throw new VmcorekitError('io', { file: this.name, because: 'input/output error' });
    }
    return super.readInto(offset, target);
  }
}

const broken = definePlugin({
  name: 'broken-disk',
  sources: [
    {
      name: 'broken',
      summary: 'a disk with bad blocks',
      schemes: ['broken'],
      open: async (url) => new BrokenSource(fixture, url),
    },
  ],
});
const options = { toolkit: () => createDefaultToolkit([broken]) };

describe('a dump on a disk that fails', () => {
  it('is no dump without a kernel: probe says why, with exit status 3', async () => {
    const { json, status, stderr } = await runCli(['probe', '--json', 'broken:disk'], options);
    expect(json()[0]).to.deep.include({
      kernel: null,
      confidence: 'none',
      reason: 'source-failed',
    });
    expect(stderr).to.equal('vmcorekit: broken:disk: input/output error\n');
    expect(status).to.equal(3);
  });

  it('ends every command that needs its kernel with the error of the disk', async () => {
    for (const args of [
      ['translate', 'broken:disk', '0xffffffff81000000'],
      ['analyze', 'kernel-log', 'broken:disk'],
      ['repair', 'broken:disk', 'out'],
    ]) {
      const { status, stderr } = await runCli(args, options);
      expect([status, stderr], args.join(' ')).to.deep.equal([
        3,
        'vmcorekit: broken:disk: input/output error\n',
      ]);
    }
  });
});
