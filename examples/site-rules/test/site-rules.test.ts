import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildKdump, qemuKdump } from '@vmcorekit/testing';
import { expect } from 'chai';

const folder = mkdtempSync(join(tmpdir(), 'site-rules-'));
const dump = buildKdump(
  qemuKdump({
    pages: [{ pfn: 0 }, { pfn: 1, bytes: new Uint8Array(4096).fill(1) }],
    fields: { machine: 'x86_64' },
  }),
).bytes;

function dumpAt(name: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, dump);
  return path;
}

function vmcorekit(...args: readonly string[]): string {
  const command = new URL('bin/vmcorekit.cjs', import.meta.resolve('vmcorekit/package.json'));
  return spawnSync(process.execPath, [fileURLToPath(command), '--no-color', ...args], {
    encoding: 'utf8',
    // Room for every row of a table in one line.
    env: { ...process.env, COLUMNS: '400' },
  }).stdout;
}

function site(name: string): string {
  return fileURLToPath(new URL(`../../${name}`, import.meta.url));
}

interface Explanation {
  readonly rules: readonly { readonly name: string; readonly applies: boolean }[];
  readonly settings: readonly {
    readonly setting: string;
    readonly value: unknown;
    readonly from: { readonly name: string };
  }[];
}

function explain(config: string, path: string): Explanation {
  return JSON.parse(
    vmcorekit('config', '--json', '--config', site(config), '--explain', path),
  ) as Explanation;
}

describe('the site-rules example', () => {
  after(() => rmSync(folder, { recursive: true }));

  it('recognizes the farm’s dumps by path and writer', () => {
    const { rules, settings } = explain('farm.yaml', dumpAt('ovmf-7/guest.vmcore'));
    expect(rules.map(({ name, applies }) => [name, applies])).to.deep.equal([
      ['company', true],
      ['ovmf-farm', true],
      ['huge-guests', false],
    ]);
    expect(settings.find(({ setting }) => setting === 'timeLimitInMilliseconds')).to.deep.include({
      value: 5000,
    });
    expect(explain('farm.yaml', dumpAt('other/guest.vmcore')).rules[1]?.applies).to.equal(false);
  });

  it('shares a preset with the laboratory, which adds what it knows', () => {
    const { settings } = explain('lab.yaml', dumpAt('lab/old.kdump'));
    expect(settings.map(({ setting, from }) => [setting, from.name])).to.deep.equal([
      ['timeLimitInMilliseconds', 'company'],
      ['symbols', 'company'],
      ['physBase', 'legacy-lab'],
    ]);
  });

  it('may be code as well, where it is given by name', () => {
    const path = dumpAt('guest.vmcore');
    const config = join(folder, 'site.mjs');
    writeFileSync(config, 'export default { rules: [{ name: "computed", timeLimit: "5 s" }] };');
    expect(vmcorekit('config', '--config', config, '--explain', path))
      .to.match(/computed: matches/)
      .and.include('5000');
  });

  it('says in words by which condition a rule does not match', () => {
    const report = vmcorekit(
      'config',
      '--config',
      site('farm.yaml'),
      '--explain',
      dumpAt('other/guest.vmcore'),
    );
    expect(report).to.match(/ovmf-farm: does not match \(.*farm\.yaml:4\)/);
    expect(report).to.match(/no +path +\*\*\/ovmf-\*\/\*\* /);
    expect(report).to.match(/yes +writtenBy +qemu +qemu/);
  });
});
