import { buildElf, qemuElf } from '@vmcorekit/testing';
import { expect } from 'chai';
import { writeFakeDump } from '../support/fake-dump.ts';
import { fakeToolkit } from '../support/fake-plugin.ts';
import { writeKernelDump } from '../support/kernel-dump.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';
import { writeTemporaryFile } from '../support/temporary-file.ts';

interface HitJson {
  readonly physicalAddress: string;
  readonly virtualAddress?: string;
  readonly virtualAddresses: readonly string[] | null;
  readonly symbol: {
    readonly name: string;
    readonly offsetInBytes: number;
    readonly module: string | null;
  } | null;
  readonly fileOffset: number | null;
  readonly context: { readonly address: string; readonly bytes: string };
}
interface FoundJson {
  readonly hits: readonly HitJson[];
  readonly isLimited: boolean;
  readonly pagesUnsearched: Readonly<Record<string, number>>;
}

function answerOf({ json }: CliResult): FoundJson {
  const [answer] = json() as [FoundJson];
  return answer;
}

const hex = (address: bigint | number): string => `0x${address.toString(16)}`;

describe('find', () => {
  const { path, kernel } = writeKernelDump();
  const banner = kernel.symbols.get('linux_banner') ?? 0n;
  const find = (...args: readonly string[]): Promise<CliResult> => runCli(['find', ...args, path]);

  it('gives each hit its physical and virtual address, its symbol and its bytes', async () => {
    const { status, stdout } = await find('--text', 'Linux version');
    expect(status).to.equal(0);
    const [head, , place, ...dump] = stdout.split('\n');
    expect(head).to.match(/^\d+ hits? of the text 'Linux version' in physical memory$/);
    expect(place).to.match(/^physical 0x[0-9a-f]+, virtual 0x/);
    expect(stdout).to.include(`virtual ${hex(banner)}, linux_banner+0x0`);
    expect(dump.join('\n')).to.include('|Linux version');
  });

  it('shows one line a hit with --context 0', async () => {
    const { stdout } = await find('--text', 'Linux version', '--context', '0');
    const row = stdout.split('\n').find((line) => line.includes('linux_banner'));
    expect(row).to.match(/^ +0x[0-9a-f]+ +(0x[0-9a-f]+ )+ *linux_banner\+0x0 +–$/);
  });

  it('finds the same in physical and in virtual memory', async () => {
    const physical = answerOf(await find('--json', '--text', 'Linux version'));
    const virtual = answerOf(await find('--json', '--virtual', '--text', 'Linux version'));
    const ofBanner = physical.hits.find(({ symbol }) => symbol?.name === 'linux_banner');
    expect(ofBanner?.virtualAddresses).to.include(hex(banner));
    const found = virtual.hits.find(({ virtualAddress }) => virtualAddress === hex(banner));
    expect(found?.physicalAddress).to.equal(ofBanner?.physicalAddress);
    expect(found?.symbol).to.deep.include({ name: 'linux_banner', offsetInBytes: 0 });
  });

  it('searches only between the addresses or symbols given', async () => {
    const found = answerOf(
      await find('--json', '--virtual', '--from', 'linux_banner+1', '--text', 'Linux version'),
    );
    expect(found.hits.map(({ virtualAddress }) => virtualAddress)).not.to.include(hex(banner));
    const { hits } = answerOf(
      await find(
        ...['--json', '--virtual', '--text', 'Linux version'],
        ...['--from', 'linux_banner', '--to', 'linux_banner+13'],
      ),
    );
    expect(hits.map(({ virtualAddress }) => virtualAddress)).to.deep.equal([hex(banner)]);
  });

  it('finds who points to a symbol', async () => {
    const [pointer] = answerOf(await find('--json', '--pointer', 'linux_banner')).hits;
    const byNumber = answerOf(await find('--json', '--u64', hex(banner)));
    expect(byNumber.hits[0]).to.deep.equal(pointer);
  });

  it('finds bytes, and letters of either case', async () => {
    const bytes = answerOf(await find('--json', '--bytes', '4c 69 6e 75 78 20 76 65 72'));
    const text = answerOf(await find('--json', '-i', '--text', 'LINUX VER'));
    expect(bytes.hits.length).to.be.greaterThan(0);
    expect(text.hits.map((hit) => hit.physicalAddress)).to.include.members(
      bytes.hits.map((hit) => hit.physicalAddress),
    );
  });

  it('finds a text that begins with a dash', async () => {
    const dump = writeFakeDump({ memory: { 4096: 'login -bash' } });
    const { json } = await runCli(['find', '--json', '--text=-bash', dump], {
      toolkit: fakeToolkit,
    });
    expect(json()[0]).to.have.nested.property('hits[0].physicalAddress', '0x1006');
  });

  it('gives the hits as rows with --jsonl and --csv', async () => {
    const [hit] = answerOf(await find('--json', '--text', 'Linux version')).hits;
    const [row] = (await find('--jsonl', '--text', 'Linux version')).json();
    const { symbol, context, ...places } = hit ?? expect.fail('no hit');
    expect(row).to.deep.equal({
      schema: 1,
      ...places,
      symbol: symbol?.name ?? null,
      symbolOffsetInBytes: symbol?.offsetInBytes ?? null,
      module: symbol?.module ?? null,
      contextAddress: context.address,
      contextBytes: context.bytes,
    });
    const { stdout } = await find('--csv', '--virtual', '--text', 'Linux version');
    expect(stdout).to.match(/^virtualAddress,physicalAddress,virtualAddresses,symbol,.*\r\n0x/);
  });

  it('says on stderr what rows have no place for', async () => {
    const some = await find('--csv', '--u8', '0x66', '--limit', '2');
    expect(some.status).to.equal(0);
    expect(some.stdout.split('\r\n')).to.have.length(4);
    expect(some.stderr).to.include('There are more hits: --limit COUNT shows more.\n');
    const none = await find('--jsonl', '--text', 'no such text anywhere');
    expect(none).to.include({ status: 1, stdout: '' });
  });

  it('exits with 1 where nothing is found', async () => {
    const { status, stdout } = await find('--text', 'no such text anywhere');
    expect(status).to.equal(1);
    expect(stdout).to.match(/^no hit of the text 'no such text anywhere' in physical memory\n/);
  });

  it('says that there are more hits than it shows', async () => {
    const { stdout } = await find('--u8', '0x66', '--limit', '2', '--context', '0');
    expect(stdout).to.match(/^the first 2 hits of the number 0x66 in physical memory\n/);
    expect(stdout).to.include('There are more hits: --limit COUNT shows more.\n');
  });

  it('gives the offset in an ELF file, and searches without a kernel', async () => {
    const data = new Uint8Array(0x2000);
    data.set(Buffer.from('needle'), 0xffe);
    const { bytes } = buildElf(qemuElf([{ p_paddr: 0x1000, data }]));
    const file = writeTemporaryFile('vmcore', bytes);
    const result = await runCli(['find', '--json', '--text', 'needle', file]);
    const [hit] = answerOf(result).hits;
    expect(hit).to.deep.include({ physicalAddress: '0x1ffe', virtualAddresses: null });
    expect(
      Buffer.from(bytes)
        .subarray(hit?.fileOffset ?? 0)
        .toString('latin1', 0, 6),
    ).to.equal('needle');
    expect(result.stderr).to.include('virtual addresses are not known: ');
  });

  it('says how many pages it could not search', async () => {
    const dump = writeFakeDump({ memory: { 4096: 'needle' } });
    const { stdout } = await runCli(['find', '--text', 'needle', dump], { toolkit: fakeToolkit });
    expect(stdout).to.match(/\n1 page was left out of the dump: hits there are not known\.\n$/);
  });

  it('offers the text, not the dump, if the dump comes last', async () => {
    const dump = writeFakeDump({ memory: { 4096: 'needle' } });
    for (const args of [
      ['needle', dump],
      [dump, 'needle'],
    ]) {
      const { stderr } = await runCli(['find', ...args], { toolkit: fakeToolkit });
      expect(stderr).to.equal("vmcorekit: wanted what to find: --text 'needle'\n");
    }
    const { stderr } = await runCli(['find', dump, dump], { toolkit: fakeToolkit });
    expect(stderr).to.include("--text 'STRING'");
  });

  for (const [title, args, message] of [
    [
      'asks for what to find, and offers what was meant',
      ['dump', 'deadbeef'],
      "wanted what to find: --text 'deadbeef' or --bytes deadbeef or --u64 0xdeadbeef",
    ],
    [
      'takes one thing to find',
      ['--text', 'a', '--u8', '1', 'dump'],
      '--text cannot be used with --u8',
    ],
    ['refuses --utf16 for a number', ['--utf16', '--u8', '1', 'dump'], '--utf16 needs --text'],
    ['refuses --unaligned for a text', ['--unaligned', '--text', 'a', 'dump'], '--unaligned needs'],
    ['refuses half a byte', ['--bytes', 'abc', 'dump'], 'wanted two hexadecimal digits a byte'],
    ['refuses a number that is too large', ['--u8', '256', 'dump'], 'a number of 1 bytes'],
    ['refuses an empty text', ['--text=', 'dump'], '1 to 4096 bytes'],
    ['refuses a symbol as a physical address', ['--from', 'x_y', '--u8', '1', 'dump'], '--virtual'],
    ['refuses no hits', ['--limit', '0', '--u8', '1', 'dump'], 'wanted a number from 1 to 1000000'],
  ] as const) {
    it(title, async () => {
      const { status, stderr } = await runCli(['find', ...args]);
      expect(status).to.equal(2);
      expect(stderr).to.include(message);
    });
  }
});
