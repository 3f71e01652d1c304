import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { usualKernel, writeFakeDump } from './support/fake-dump.ts';
import { fakeToolkit } from './support/fake-plugin.ts';
import { writeKernelDump } from './support/kernel-dump.ts';
import { runCli } from './support/run-cli.ts';
import { writeTemporaryFile } from './support/temporary-file.ts';

const kernelLogFixture = fileURLToPath(
  new URL('../../../fixtures/ovmf-nokaslr/dump.kdump', import.meta.url),
);
const documentation = readFileSync(new URL('../../../docs/json.md', import.meta.url), 'utf8');

/** Their keys are names out of the dump, not of this tool. */
const openObjects: ReadonlySet<string> = new Set(['header', 'registers']);

function keysOf(value: unknown): string[] {
  if (Array.isArray(value)) {
    return value.flatMap(keysOf);
  }
  return typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([key, inner]) => [
        key,
        ...(openObjects.has(key) ? [] : keysOf(inner)),
      ])
    : [];
}

/** The part of the document on one command. */
function sectionOn(command: string): string {
  const start = documentation.indexOf(`\n## ${command}\n`);
  expect(start, command).to.be.at.least(0);
  const end = documentation.indexOf('\n## ', start + 1);
  return documentation.slice(start, end < 0 ? undefined : end);
}

const shared = sectionOn('Errors') + documentation.slice(0, documentation.indexOf('\n## '));

describe('docs/json.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-json-'));
  after(() => rmSync(folder, { recursive: true }));

  const dump = writeFakeDump({
    kernels: [usualKernel, { ...usualKernel, physBase: 0 }],
    capturedBy: 'qemu',
    conditions: [
      { name: 'incomplete', loses: 'page', detail: 'the writer stopped', fileOffset: 1, pfn: 2 },
    ],
    remarks: ['a remark'],
    vmcoreinfo: 'OSRELEASE=6.1.0\n',
    cpus: [2],
  });
  const commands: Readonly<Record<string, readonly string[]>> = {
    probe: [dump],
    info: [dump],
    read: [dump, '0x2ff0', '0x20'],
    translate: ['--cpu', '0', dump, '0xffffffff80000000'],
    compare: [dump, writeFakeDump({ memory: { 4096: 'x' } })],
    verify: [dump],
    heuristics: [],
    plugins: ['--config', writeTemporaryFile('site.yaml', 'plugins: [./absent.mjs]')],
    config: ['--config', writeTemporaryFile('site.yaml', 'rules: [{ name: r }]')],
  };
  it('describes every key that convert answers with', async () => {
    const { json } = await runCli([
      'convert',
      '--json',
      writeKernelDump().path,
      join(folder, 'out'),
    ]);
    const described = shared + sectionOn('convert');
    expect(
      [...new Set(keysOf(json()))].filter((key) => !described.includes(`\`${key}\``)),
    ).to.deep.equal([]);
  });

  it('describes every key that find answers with', async () => {
    const { path } = writeKernelDump();
    const { json } = await runCli(['find', '--json', '--virtual', '--text', 'Linux', path]);
    const described = shared + sectionOn('find');
    const keys = new Set(keysOf(json()));
    expect(keys).to.include('sizeInBytes');
    expect([...keys].filter((key) => !described.includes(`\`${key}\``))).to.deep.equal([]);
  });

  it('describes every key that repair answers with', async () => {
    const { path } = writeKernelDump();
    const answers = [
      ...(await runCli(['repair', '--json', path, join(folder, 'mended')])).json(),
      ...(await runCli(['repair', '--json', '--in-place', path])).json(),
    ];
    const described = shared + sectionOn('repair') + sectionOn('convert') + sectionOn('probe');
    expect(
      [...new Set(keysOf(answers))].filter((key) => !described.includes(`\`${key}\``)),
    ).to.deep.equal([]);
  });

  it('describes every key that analyze answers with', async () => {
    const { path } = writeKernelDump();
    const lists = (await runCli(['analyze', '--json'])).json();
    const answers = (
      await Promise.all([
        ...['memory-map', 'vmcoreinfo', 'kernel-description'].map((name) =>
          runCli(['analyze', '--json', name, path]),
        ),
        runCli(['analyze', '--json', 'kernel-log', kernelLogFixture]),
      ])
    ).map(({ json }) => json());
    const described = shared + sectionOn('analyze') + sectionOn('probe') + sectionOn('heuristics');
    expect(
      [...new Set(keysOf([lists, answers]))].filter((key) => !described.includes(`\`${key}\``)),
    ).to.deep.equal([]);
  });

  for (const command of ['probe', 'heuristics', 'plugins']) {
    it(`describes every key of a row of ${command}`, async () => {
      const parts = [0, 1].map(() => writeFakeDump({ set: 'a', kernels: [usualKernel] }));
      const files = command === 'probe' ? parts : [];
      const { json } = await runCli([command, '--jsonl', ...files], { toolkit: fakeToolkit });
      const described = shared + sectionOn('Rows');
      const keys = new Set(keysOf(json()));
      expect(keys.size).to.be.greaterThan(4);
      expect([...keys].filter((key) => !described.includes(`\`${key}\``))).to.deep.equal([]);
    });
  }

  it('describes every key that describe answers with', async () => {
    const { path } = writeKernelDump();
    const { json } = await runCli(['describe', '--json', '--hash', 'file,memory', path]);
    const described = shared + sectionOn('describe') + sectionOn('probe');
    expect(
      [...new Set(keysOf(json()))].filter((key) => !described.includes(`\`${key}\``)),
    ).to.deep.equal([]);
  });

  for (const [command, args] of Object.entries(commands)) {
    it(`describes every key that ${command} answers with`, async () => {
      const { json } = await runCli([command, '--json', ...args], { toolkit: fakeToolkit });
      const described =
        shared +
        sectionOn(command) +
        (command === 'info' || command === 'verify'
          ? sectionOn('probe') + sectionOn('verify')
          : '');
      const keys = new Set(keysOf(json()));
      expect(keys.size).to.be.greaterThan(5);
      expect([...keys].filter((key) => !described.includes(`\`${key}\``))).to.deep.equal([]);
    });
  }
});
