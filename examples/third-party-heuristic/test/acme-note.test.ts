import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { x8664 } from '@vmcorekit/architectures';
import type { Dump, Note } from '@vmcorekit/core';
import {
  buildElf,
  buildLinuxKernel,
  describeHeuristic,
  memoryDump,
  prstatusNote,
  qemuCpuStateNote,
  SparseMemory,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import { acmeNote } from '../src/acme-note.ts';

const physBase = 0x600000;

function noteOf(text: string, name: string = 'ACME'): Note {
  return { name, type: 1, descriptor: Buffer.from(text), fileOffset: 0x200 };
}

function dumpWith(...notes: readonly Note[]): Dump {
  return memoryDump({
    memory: new SparseMemory({ ranges: [{ start: 0, end: 0x10000 }] }),
    architecture: x8664,
    notes,
  });
}

describeHeuristic(acmeNote, {
  cases: [
    {
      title: 'with a note',
      open: () =>
        dumpWith(noteOf('CORE', 'CORE'), noteOf('phys_base=0x600000\nkaslr_offset=-0x200000\n')),
      finds: { physBase, kaslrOffset: -0x200000 },
    },
    {
      title: 'with a note of another name',
      open: () => dumpWith(noteOf('phys_base=0x600000\n')),
      options: { note: 'OTHER' },
      finds: null,
    },
    {
      title: 'with a note that says no number',
      open: () => dumpWith(noteOf('phys_base=lots\n')),
      finds: null,
    },
    {
      title: 'with a note of a megabyte',
      open: () => dumpWith(noteOf('phys_base=0x600000\n'.padEnd(1 << 20))),
      finds: null,
    },
  ],
});

describe('the plug-in in a site’s rule', () => {
  const folder = mkdtempSync(join(tmpdir(), 'acme-'));
  after(() => rmSync(folder, { recursive: true }));

  /** A dump as our capture tool writes it: a kernel, a CPU, and the note. */
  function captured(note: string): string {
    const size = 0x2400000;
    const memory = new SparseMemory({ ranges: [{ start: 0, end: size }] });
    const { root } = buildLinuxKernel({
      memory,
      physBase,
      kaslrOffset: 0,
      vmcoreInfoAt: 0x2080000,
      tablesFrom: 0x2000000,
      directMapSizeInBytes: size,
    });
    const cpu = qemuCpuStateNote({
      cr0: 0x80000001n,
      cs: 0x10n,
      cs_flags: 0xaf9b00n,
      cr3: BigInt(root),
      cr4: 0x20n,
    });
    const notes = [
      prstatusNote({ pr_pid: 1 }),
      cpu,
      { name: 'ACME', type: 1, descriptor: Buffer.from(note) },
    ];
    const path = join(folder, 'captured.elf');
    const { bytes } = buildElf({
      segments: [{ notes }, { p_type: 1, p_paddr: 0, p_memsz: size, data: memory.read(0, size) }],
    });
    writeFileSync(path, bytes);
    return path;
  }

  function probe(path: string): string {
    const command = new URL('bin/vmcorekit.cjs', import.meta.resolve('vmcorekit/package.json'));
    const config = fileURLToPath(new URL('../../site.yaml', import.meta.url));
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [fileURLToPath(command), 'probe', '--no-color', '--verbose', '--config', config, path],
      {
        encoding: 'utf8',
        // Room for every row of a table in one line.
        env: { ...process.env, COLUMNS: '400' },
      },
    );
    expect(stderr).to.equal('');
    return stdout;
  }

  it('is seen in the report, beside what the page tables say', () => {
    const report = probe(captured('phys_base=0x600000\n'));
    expect(report).to.match(/captured\.elf: certain/);
    expect(report).to.match(/acme-note +header +weak .*the note ACME says phys_base 6291456/);
    expect(report).to.match(/acme-farm +heuristics: acme-note \(note=ACME\), cr3-walk/);
  });

  it('is not believed where the memory says otherwise', () => {
    const report = probe(captured('phys_base=0x800000\n'));
    expect(report).to.match(/phys_base +0x600000\n/);
  });
});
