import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildElf, buildLinuxKernel, prstatusNote, qemuCpuStateNote, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';
import { runCli } from './support/run-cli.ts';

const documentation = readFileSync(new URL('../../../docs/writing-a-plugin.md', import.meta.url), 'utf8');
// Inside the workspace, where the packages that the page installs are found.
const folder = fileURLToPath(new URL('writing-a-plugin/', import.meta.url));

/** Writes every code block that names its file, and returns the names. */
function writeBlocks(): string[] {
  mkdirSync(folder, { recursive: true });
  return [...documentation.matchAll(/```(?:js|yaml)\n(?:\/\/|#) (\S+)\n(.*?)```/gs)].map(([, name = '', text = '']) => {
    writeFileSync(join(folder, name), text);
    return name;
  });
}

function capturedDump(): string {
  const size = 0x2400000;
  const memory = new SparseMemory({ ranges: [{ start: 0, end: size }] });
  const { root } = buildLinuxKernel({
    memory,
    physBase: 0x600000,
    kaslrOffset: 0,
    vmcoreInfoAt: 0x2080000,
    tablesFrom: 0x2000000,
    directMapSizeInBytes: size,
  });
  const cpu = qemuCpuStateNote({ cr0: 0x80000001n, cs: 0x10n, cs_flags: 0xaf9b00n, cr3: BigInt(root), cr4: 0x20n });
  const acme = { name: 'ACME', type: 1, descriptor: Buffer.from('phys_base=0x600000\n') };
  const path = join(folder, 'captured.elf');
  const { bytes } = buildElf({
    segments: [
      { notes: [prstatusNote({ pr_pid: 1 }), cpu, acme] },
      { p_type: 1, p_paddr: 0, p_memsz: size, data: memory.read(0, size) },
    ],
  });
  writeFileSync(path, bytes);
  return path;
}

describe('docs/writing-a-plugin.md', () => {
  const names = writeBlocks();
  const dump = capturedDump();
  after(() => rmSync(folder, { recursive: true }));

  it('names the file of every block of code', () => {
    expect(names).to.deep.equal(['acme.mjs', 'acme.test.mjs', 'site.yaml', 'use.mjs']);
    expect(documentation.match(/```(js|yaml)\n/g)).to.have.lengthOf(names.length);
  });

  it('makes a heuristic that passes the conformance kit', () => {
    const { status, stdout } = spawnSync(process.execPath, ['--test', '--test-reporter=tap', 'acme.test.mjs'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(status, stdout).to.equal(0);
    expect(stdout).to.match(/ok \d+ - claims physBase/);
  });

  it('puts it to work by a rule, and it is seen in the report', async () => {
    const config = join(folder, 'site.yaml');
    expect((await runCli(['plugins', '--config', config])).stdout).to.match(
      /acme\n +from .*acme\.mjs\n +heuristics +acme-note\n/,
    );
    expect((await runCli(['heuristics', '--config', config, 'acme-note'])).stdout).to.include('acme-note.note');
    const { status, stdout } = await runCli(['probe', '--config', config, dump]);
    expect(status).to.equal(0);
    expect(stdout).to.match(/acme-note +header +weak .*the note ACME says phys_base=0x600000/);
  });

  it('uses it from the library', () => {
    const { stdout } = spawnSync(process.execPath, ['use.mjs', dump], { cwd: folder, encoding: 'utf8' });
    expect(stdout).to.equal('the note ACME says phys_base=0x600000\n');
  });
});
