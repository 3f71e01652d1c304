import {
  buildLime,
  buildLinuxKernel,
  buildUtsname,
  type LimeRangeSpec,
  SparseMemory,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import { runCli } from './support/run-cli.ts';
import { writeTemporaryFile } from './support/temporary-file.ts';

const physBase = 0x600000;
const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x2400000 }] });
const built = buildLinuxKernel({
  memory,
  physBase,
  kaslrOffset: 0,
  vmcoreInfoAt: 0x2080000,
  tablesFrom: 0x2000000,
  directMapSizeInBytes: 0x2400000,
});
const utsname = built.symbols.get('init_uts_ns') ?? 0n;
memory.write(built.physical(utsname), buildUtsname({ machine: 'x86_64' }));
// Memory at both ends is in use from the start.
for (const address of [0x100000, 0x23ff000]) {
  memory.write(address, Uint8Array.of(1));
}

function range(s_addr: number, end: number): LimeRangeSpec {
  return { s_addr, data: memory.read(s_addr, end - s_addr) };
}

/** As LiME writes it: low memory ends within a page, so every later page lies at an odd offset. */
const ranges = [range(0x1000, 0x9fc01), range(0x100000, 0x2400000)];

interface Answer {
  readonly confidence: string;
  readonly kernel: { readonly physBase: number | null } | null;
  readonly conditions: readonly { readonly name: string }[];
}

async function probe(file: Uint8Array): Promise<Answer> {
  const { json } = await runCli(['probe', '--json', writeTemporaryFile('memory.lime', file)]);
  const [answer] = json() as [Answer];
  return answer;
}

describe('a LiME file', () => {
  it('shows its kernel, certain, though it names no machine and holds no CPU', async () => {
    const { confidence, kernel, conditions } = await probe(buildLime(ranges));
    expect({ confidence, conditions }).to.deep.equal({ confidence: 'certain', conditions: [] });
    expect(kernel?.physBase).to.equal(physBase);
  });

  it('says that it is cut, and from which address on memory is zero', async () => {
    const file = buildLime(ranges);
    const cut = await probe(file.subarray(0, 0x500000));
    expect(cut.kernel).to.equal(null);
    expect(cut.conditions.map(({ name }) => name)).to.deep.equal(['file-truncated']);
    file.fill(0, 0x600000 + 0x9fc01 - 0x101000 + 64);
    const path = writeTemporaryFile('memory.lime', file);
    const { stdout } = await runCli(['probe', path]);
    expect(stdout).to.match(/: none:/);
    expect(stdout.replaceAll(/\n +/g, ' ')).to.match(
      /Damage: 1 range-zero-tail: .* memory is zero from 0x\w+ to the end of its range at 0x23fffff /,
    );
  });

  it('holds the memory of the dump that it is converted from, and is converted back', async () => {
    const path = writeTemporaryFile('memory.lime', buildLime(ranges));
    const kdump = `${path}.kdump`;
    const copy = `${path}.copy.lime`;
    expect((await runCli(['convert', path, kdump])).status).to.equal(0);
    expect((await runCli(['convert', kdump, copy])).status).to.equal(0);
    const { status, stdout } = await runCli(['compare', kdump, copy]);
    expect(stdout).to.match(/different +none/);
    expect(status).to.equal(0);
  });

  it('is repaired into another format only', async () => {
    const path = writeTemporaryFile('memory.lime', buildLime(ranges));
    const { status, stderr } = await runCli(['repair', '--to', 'lime', path, `${path}.mended`]);
    expect(status).to.equal(2);
    expect(stderr).to.include('--to lime: a LiME file has no place for what a repair adds');
    const mended = await runCli(['repair', path, `${path}.mended`]);
    expect(mended.status).to.equal(0);
    expect(mended.stdout).to.match(/: kdump, /);
  });
});
