import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { limeDoneMark, limeScript, takeLimeCaptures } from '@vmcorekit/lab/dump/lime';
import { buildLime } from '@vmcorekit/testing';
import { expect } from 'chai';

describe('a guest that captures itself with LiME', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lab-lime-'));
  after(() => rmSync(folder, { recursive: true }));

  it('writes each capture to a disk of its own, and says when all are done', () => {
    const lines = limeScript(['lime', 'lime-zlib', 'kcore-lime']).split('\n');
    expect(lines[0]).to.include('path=/dev/vda format=lime timeout=0 ');
    expect(lines[1]).to.include('path=/dev/vdb format=lime timeout=0 compress=1');
    expect(lines[2]).to.match(/^node .*vmcorekit\.cjs convert .* \/proc\/kcore - .*> \/dev\/vdc /);
    expect(lines.at(-1)).to.equal(`echo ${limeDoneMark}`);
  });

  it('leaves disks that are cut to what LiME wrote', async () => {
    const low = new Uint8Array(0x1c00).fill(1);
    const high = new Uint8Array(0x2000).fill(2);
    const file = buildLime([
      { s_addr: 0x1000, data: low },
      { s_addr: 0x8000, data: high },
    ]);
    const written = {
      lime: file,
      'lime-padded': Buffer.concat([Buffer.alloc(0x1000), low, Buffer.alloc(0x5400), high]),
      'lime-raw': Buffer.concat([low, high]),
      'lime-zlib': deflateSync(file),
      'kcore-lime': buildLime([{ s_addr: 0x2000, data: high }]),
    } as const;
    for (const [name, bytes] of Object.entries(written)) {
      writeFileSync(join(folder, `${name}.vmcore`), bytes);
      truncateSync(join(folder, `${name}.vmcore`), 0x20000);
    }
    const names = ['lime', 'lime-padded', 'lime-raw', 'lime-zlib', 'kcore-lime'] as const;
    const records = await takeLimeCaptures(names, folder);
    expect(records.map(({ format, isOfRunningGuest }) => [format, isOfRunningGuest])).to.deep.equal(
      names.map((name) => [name, true]),
    );
    for (const name of names) {
      expect(readFileSync(join(folder, `${name}.vmcore`)).equals(written[name]), name).to.equal(
        true,
      );
    }
  });
});
