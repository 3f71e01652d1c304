import { join } from 'node:path';
import {
  type DumpFacts,
  loadConfiguration,
  type PlacedRule,
  type Settings,
  settingsFor,
} from '@vmcorekit/config';
import { expect } from 'chai';
import fc from 'fast-check';
import { folderWith } from './support/folder.ts';

const facts: DumpFacts = {
  paths: ['/srv/dumps/ovmf-7/a/guest.vmcore'],
  format: 'kdump',
  container: 'flattened',
  capturedBy: 'qemu',
  writtenBy: 'qemu',
  architecture: 'x86_64',
  pageSize: 4096,
  memorySize: 8 * 2 ** 30,
  cpus: 4,
  host: 'lab-3',
  nodename: null,
  release: '6.1.0-56-amd64',
  buildId: null,
};

async function rulesOf(
  text: string,
): Promise<{ readonly rules: readonly PlacedRule[]; readonly folder: string }> {
  const folder = folderWith({ 'site.yaml': text });
  return {
    rules: (await loadConfiguration({ folder, env: {}, given: 'site.yaml' })).rules,
    folder,
  };
}

async function applies(match: string, about: DumpFacts = facts): Promise<boolean> {
  const { rules } = await rulesOf(`rules: [{ name: r, match: ${match} }]`);
  return settingsFor(rules, about).tried[0]?.applies === true;
}

async function settings(text: string, about: DumpFacts = facts): Promise<Settings> {
  return settingsFor((await rulesOf(text)).rules, about).settings;
}

describe('a rule', () => {
  const matching = [
    "{ path: '/srv/dumps/ovmf-*/**' }",
    "{ path: '*.vmcore' }",
    "{ path: '**/ovmf-*/**' }",
    "{ path: ['*.elf', 'guest.*'] }",
    "{ path: '!*.elf' }",
    '{ format: kdump, container: flattened, capturedBy: qemu, writtenBy: qemu, architecture: x86_64 }',
    '{ format: [elf, kdump] }',
    "{ host: 'lab-*' }",
    '{ pageSize: 4 KiB, memorySize: { from: 4 GiB }, cpus: { from: 2, to: 4 } }',
    "{ release: '6.1.*' }",
    '{}',
  ];
  for (const match of matching) {
    it(`matches by ${match}`, async () => expect(await applies(match)).to.equal(true));
  }

  const notMatching = [
    "{ path: '/srv/dumps/bios-*/**' }",
    "{ path: '*.elf' }",
    "{ path: '!*.vmcore' }",
    '{ format: elf, host: lab-3 }',
    '{ container: none }',
    '{ memorySize: { to: 4 GiB } }',
    '{ cpus: 5 }',
    "{ nodename: '*' }",
    "{ buildId: '*' }",
  ];
  for (const match of notMatching) {
    it(`does not match by ${match}`, async () => expect(await applies(match)).to.equal(false));
  }

  it('counts a relative path from the folder of its file, whatever that is called', async () => {
    const folder = folderWith({
      'a (1) [x]/site.yaml': "rules: [{ name: r, match: { path: './dumps/*' } }]",
    });
    const given = join(folder, 'a (1) [x]/site.yaml');
    const { rules } = await loadConfiguration({ folder, env: {}, given });
    const at = (path: string) =>
      settingsFor(rules, { ...facts, paths: [join(folder, path)] }).tried[0]?.applies;
    expect([at('a (1) [x]/dumps/v'), at('dumps/v')]).to.deep.equal([true, false]);
  });

  it('says of each condition whether it holds, what was wanted, and what the dump has', async () => {
    const { rules } = await rulesOf(
      'rules: [{ name: r, match: { format: [elf, raw], memorySize: { from: 4 GiB, to: 1 TiB }, nodename: x } }]',
    );
    expect(settingsFor(rules, facts).tried[0]?.conditions).to.deep.equal([
      { condition: 'format', holds: false, wanted: 'elf or raw', got: 'kdump' },
      { condition: 'memorySize', holds: true, wanted: '4 GiB … 1 TiB', got: '8589934592' },
      { condition: 'nodename', holds: false, wanted: 'x', got: null },
    ]);
  });
});

describe('settings', () => {
  it('come from the last rule that applies, each by itself', async () => {
    const { rules } = await rulesOf(`rules:
  - { name: first, timeLimit: 5 s, acceptAt: probable, physBase: 16 MiB, kaslrOffset: 2 MiB }
  - { name: other, match: { format: elf }, timeLimit: 9 s }
  - { name: last, timeLimit: 500 ms, physBase: -0x25600000, heuristics: [cr3-walk, [step-scan, { to: 32 MiB }], { use: idt }] }
`);
    const effective = settingsFor(rules, facts);
    expect(effective.settings).to.deep.equal({
      acceptAt: 'probable',
      timeLimitInMilliseconds: 500,
      physBase: -0x25600000,
      heuristics: [
        { name: 'cr3-walk', options: {} },
        { name: 'step-scan', options: { to: '32 MiB' } },
        { name: 'idt', options: {} },
      ],
    });
    expect(effective.from.acceptAt?.rule.name).to.equal('first');
    expect(effective.from.physBase?.rule.name).to.equal('last');
  });

  it('name one place of the kernel: a later rule replaces all of an earlier one’s', async () => {
    const { rules } = await rulesOf(`rules:
  - { name: first, physBase: 16 MiB, kaslrOffset: 2 MiB }
  - { name: second, imageOffset: "0xffffd61b5a800000" }
`);
    expect(settingsFor(rules, facts).settings).to.deep.equal({
      imageOffset: 0xffff_d61b_5a80_0000n,
    });
    const { rules: more } = await rulesOf(`rules:
  - { name: first, imageOffset: 0 }
  - { name: last, textAt: 0x20000000 }
`);
    expect(settingsFor(more, facts).settings).to.deep.equal({ textAt: 0x2000_0000 });
  });

  it('name symbol files by the kernel’s release, from the folder of their file', async () => {
    const text =
      'rules: [{ name: r, symbols: ["/boot/System.map-{release}", "./maps/{release}"], heuristics: [{ use: symbol-search, systemMap: ./m }] }]';
    const { rules, folder } = await rulesOf(text);
    expect(settingsFor(rules, facts).settings.symbols).to.deep.equal([
      '/boot/System.map-6.1.0-56-amd64',
      join(folder, 'maps/6.1.0-56-amd64'),
      join(folder, 'm'),
    ]);
    expect(settingsFor(rules, { ...facts, release: null }).settings.symbols).to.deep.equal([
      join(folder, 'm'),
    ]);
  });

  it('take no release into a path that could lead elsewhere', async () => {
    const text = 'rules: [{ name: r, symbols: "/boot/System.map-{release}" }]';
    for (const release of [
      '/../../etc/passwd',
      '6.1..',
      '6.1/x',
      '6.1\0',
      '6.1 x',
      '',
      '6.1\n',
      '{release}',
      'ä',
    ]) {
      expect(await settings(text, { ...facts, release }), JSON.stringify(release)).to.deep.equal({
        symbols: [],
      });
    }
    const { rules } = await rulesOf(text);
    fc.assert(
      fc.property(fc.string(), (release) => {
        const paths = settingsFor(rules, { ...facts, release }).settings.symbols ?? [];
        return paths.every((path) => /^\/boot\/System\.map-[^/]+$/.test(path));
      }),
    );
  });
});
