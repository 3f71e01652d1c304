import { createHash } from 'node:crypto';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import {
  buildEwf,
  buildLime,
  buildLinuxKernel,
  buildUtsname,
  SparseMemory,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import { runCli } from './support/run-cli.ts';
import { writeTemporaryFile } from './support/temporary-file.ts';

const physBase = 0x600000;
const end = 0x2400000;

/** Memory of a kernel as LiME has it, in a set of three segments. */
function buildSet(): readonly Uint8Array[] {
  const memory = new SparseMemory({ ranges: [{ start: 0, end }] });
  const { symbols, physical } = buildLinuxKernel({
    memory,
    physBase,
    kaslrOffset: 0,
    vmcoreInfoAt: 0x2080000,
    tablesFrom: 0x2000000,
    directMapSizeInBytes: end,
  });
  const utsname = symbols.get('init_uts_ns') ?? 0n;
  memory.write(physical(utsname), buildUtsname({ machine: 'x86_64' }));
  // Memory at both ends is in use from the start.
  for (const address of [0x1000, end - 0x1000]) {
    memory.write(address, Uint8Array.of(1));
  }
  const image = buildLime([{ s_addr: 0, data: memory.read(0, end) }]);
  return buildEwf({
    image,
    sectorsPerChunk: 2048,
    chunksPerSegment: 15,
    pack: (chunk) => deflateSync(chunk, { level: 1 }),
  });
}

const segments = buildSet();

/** Writes the segments into a folder of their own; the path of each. */
function writeSet(all: readonly Uint8Array[] = segments): string[] {
  const first = writeTemporaryFile('case.E01', all[0] ?? new Uint8Array(0));
  return all.map((bytes, index) => {
    const path = first.replace(/1$/, String(index + 1));
    writeFileSync(path, bytes);
    return path;
  });
}

async function probed(path: string): Promise<Record<string, unknown>> {
  const { json } = await runCli(['probe', '--json', path]);
  return json()[0] as Record<string, unknown>;
}

describe('memory in an EWF set', () => {
  it('shows its kernel, certain, and names the segments that were opened', async () => {
    const [path = ''] = writeSet();
    const { format, container, filesBeside, confidence, kernel } = await probed(path);
    expect({ format, container, filesBeside, confidence }).to.deep.equal({
      format: 'lime',
      container: 'ewf',
      filesBeside: ['case.E02', 'case.E03'],
      confidence: 'certain',
    });
    expect(kernel).to.deep.include({ physBase });
    expect((await runCli(['probe', path])).stdout).to.match(
      /lime in an ewf file[\s\S]*opened with\s+case\.E02, case\.E03 beside it/,
    );
  });

  it('does not follow a link out of its folder, and says what is lost', async () => {
    const [path = '', second = ''] = writeSet();
    const [, stranger = ''] = writeSet();
    rmSync(second);
    symlinkSync(stranger, second);
    const { filesBeside, conditions } = await probed(path);
    expect(filesBeside).to.deep.equal(['case.E03']);
    expect(JSON.stringify(conditions)).to.include(
      '15 MiB of the image are lost, from its offset 0xf00000 on: case.E02 is missing',
    );
  });

  it('named a segment of another set among those that it was opened with', async () => {
    const [first, , third] = segments;
    const [, stranger] = buildEwf({ image: new Uint8Array(9000), chunksPerSegment: 1 });
    const all = [first, stranger, third].map((each) => each ?? new Uint8Array());
    const { filesBeside, conditions } = await probed(writeSet(all)[0] ?? '');
    expect(filesBeside).to.deep.equal(['case.E03']);
    expect(JSON.stringify(conditions)).to.include('case.E02 is of another set');
  });

  it('of two acquisitions of one size, without identifiers, was sound for verify', async () => {
    const [whole, other] = [1, 2].map((byte) => {
      const image = new Uint8Array(3 * 4096).fill(byte);
      const hash = createHash('md5').update(image).digest();
      return buildEwf({ image, sectorsPerChunk: 8, chunksPerSegment: 1, hash });
    });
    const verified = async (third: Uint8Array | undefined) => {
      const [first, second] = whole ?? [];
      const all = [first, second, third].map((each) => each ?? new Uint8Array());
      const { json, status } = await runCli(['verify', '--json', `${writeSet(all)[0]}@0`]);
      const answer = json()[0] as { readonly digests: readonly Record<string, unknown>[] };
      return { ...answer, status };
    };
    const sound = await verified(whole?.[2]);
    expect(sound).to.deep.include({ status: 0, isSound: true, damage: [] });
    expect(sound.digests[0]).to.include({ algorithm: 'md5', statedBy: 'hash section of case.E03' });
    const mixed = await verified(other?.[2]);
    expect(mixed).to.deep.include({ status: 1, isSound: false });
    expect(JSON.stringify(mixed)).to.match(/"digest-differs","count":1/);
  });
});
