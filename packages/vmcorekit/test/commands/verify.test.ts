import { readFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import { BufferSink, BufferSource, type Loss } from '@vmcorekit/core';
import { FlattenedSink } from '@vmcorekit/format-kdump';
import {
  buildElf,
  buildKdump,
  buildSplitKdump,
  type KdumpFile,
  type KdumpSpec,
  prstatusNote,
  type QemuMapping,
  qemuPagingElf,
} from '@vmcorekit/testing';
import { expect } from 'chai';
import { createDefaultToolkit } from '../../dist/index.js';
import { writeFakeDump } from '../support/fake-dump.ts';
import { fakeToolkit } from '../support/fake-plugin.ts';
import { writeKernelDump, writeSplitKernelDump } from '../support/kernel-dump.ts';
import { runCli } from '../support/run-cli.ts';
import { writeTemporaryFile } from '../support/temporary-file.ts';

const size = 4096;

function pageOf(pfn: number): Uint8Array {
  return new Uint8Array(size).map((_, index) => (index % 16 === 0 ? pfn + 1 : index % 7));
}

const spec: KdumpSpec = {
  compression: { flag: 1, encode: (page) => deflateSync(page) },
  pages: Array.from({ length: 40 }, (_, pfn) =>
    pfn % 4 === 3 ? { pfn } : { pfn, bytes: pageOf(pfn) },
  ),
  notes: [prstatusNote({ pr_pid: 1 })],
  fields: { machine: 'x86_64', nr_cpus: 1, dump_level: 31 },
};

interface Damage {
  readonly name: string;
  readonly count: number;
  readonly first: readonly {
    readonly pfn?: number;
    readonly fileOffset?: number;
    readonly detail: string;
  }[];
}

interface Answer {
  readonly isSound: boolean;
  readonly pages: Readonly<Record<string, number>>;
  readonly damage: readonly Damage[];
  readonly error?: unknown;
}

async function verified(
  ...files: readonly Uint8Array[]
): Promise<{ readonly status: number; readonly answer: Answer }> {
  const paths = files.map((bytes) => writeTemporaryFile('vmcore', bytes));
  const { status, json } = await runCli(['verify', '--json', ...paths]);
  return { status, answer: json()[0] as Answer };
}

function changed(file: KdumpFile, change: (view: DataView, bytes: Uint8Array) => void): Uint8Array {
  const bytes = file.bytes.slice();
  change(new DataView(bytes.buffer), bytes);
  return bytes;
}

function flattened(bytes: Uint8Array): Uint8Array {
  const output = new BufferSink();
  const sink = new FlattenedSink(output);
  for (let at = 0; at < bytes.length; at += size) {
    sink.writeAt(at, bytes.subarray(at, at + size));
  }
  sink.finish();
  return output.bytes;
}

const file = buildKdump(spec);
const fieldAt = (name: string) => file.fieldOffsets.get(name) ?? 0;
const descriptorAt = (index: number) => file.descriptorsAt + 24 * index;

/**
 * Of two NUMA nodes of two pages and three, all mapped at once: QEMU cuts the segment at the end of
 * the first.
 */
function numaElf(others: readonly QemuMapping[]): Uint8Array {
  const blocks = [0, 2].map((page) => ({
    start: page * size,
    bytes: new Uint8Array((2 + page / 2) * size).fill(1 + page),
  }));
  return qemuPagingElf(blocks, [{ start: size, lengthInBytes: 4 * size }, ...others]).bytes;
}

/** Each kind of damage: how it comes about, and where it must be said to lie. */
const damages: Readonly<
  Record<
    string,
    {
      readonly loses: Loss;
      readonly bytes: () => Uint8Array;
      readonly pfn?: number;
      readonly fileOffset?: number;
    }
  >
> = {
  incomplete: {
    loses: 'page',
    bytes: () => changed(file, (view) => view.setInt32(fieldAt('status'), 1 | 8, true)),
    fileOffset: fieldAt('status'),
  },
  'page-lost': {
    loses: 'page',
    bytes: () => changed(file, (_, bytes) => bytes.fill(0, descriptorAt(2), descriptorAt(3))),
    pfn: 2,
    fileOffset: descriptorAt(2),
  },
  'page-descriptor-missing': {
    loses: 'page',
    bytes: () => file.bytes.slice(0, descriptorAt(4) + 8),
    pfn: 5,
    fileOffset: descriptorAt(4),
  },
  'page-descriptor-bad': {
    loses: 'page',
    bytes: () => changed(file, (view) => view.setUint32(descriptorAt(1) + 8, size + 1, true)),
    pfn: 1,
    fileOffset: descriptorAt(1),
  },
  'page-cut-off': {
    loses: 'page',
    bytes: () => file.bytes.slice(0, -1),
    pfn: 38,
    fileOffset: descriptorAt(29),
  },
  'page-data-bad': {
    loses: 'page',
    bytes: () =>
      changed(file, (_, bytes) =>
        bytes.fill(0xff, file.pageOffsets.get(6), (file.pageOffsets.get(6) ?? 0) + 8),
      ),
    pfn: 6,
    fileOffset: file.pageOffsets.get(6) ?? 0,
  },
  'file-truncated': {
    loses: 'page',
    bytes: () => file.bytes.slice(0, -1),
    fileOffset: file.bytes.length - 1,
  },
  'bitmap-torn': {
    loses: 'memory',
    bytes: () => file.bytes.slice(0, file.bitmapsAt + 2),
    fileOffset: file.bitmapsAt + 2,
  },
  'bitmaps-disagree': {
    loses: 'nothing',
    bytes: () => changed(file, (_, bytes) => bytes.fill(0xfd, file.bitmapsAt, file.bitmapsAt + 1)),
    pfn: 1,
    fileOffset: file.bitmapsAt,
  },
  'segments-cut-short': {
    loses: 'nothing',
    bytes: () => numaElf([{ start: 4 * size, lengthInBytes: size }]),
  },
  'memory-unplaced': { loses: 'memory', bytes: () => numaElf([]) },
  'split-part-missing': {
    loses: 'memory',
    bytes: () => buildSplitKdump(spec, [16])[1]?.bytes ?? new Uint8Array(),
    pfn: 0,
  },
  'flattened-unfinished': {
    loses: 'page',
    bytes: () => flattened(file.bytes).subarray(0, -20),
    fileOffset: 4096,
  },
  'note-truncated': {
    loses: 'notes',
    bytes: () =>
      changed(file, (view) =>
        view.setUint32(
          Number(view.getBigUint64(fieldAt('offset_note'), true)) + 4,
          0x7fffffff,
          true,
        ),
      ),
  },
  'note-unreadable': {
    loses: 'notes',
    bytes: () =>
      changed(file, (view) => view.setBigUint64(fieldAt('offset_note'), 1n << 40n, true)),
  },
};

describe('verify', () => {
  it('reads all of a sound dump and exits with 0', async () => {
    const { status, answer } = await verified(file.bytes);
    expect(answer).to.deep.include({
      isSound: true,
      pages: { stored: 30, zero: 0, partial: 0, excluded: 10, absent: 0, corrupt: 0 },
      damage: [],
    });
    expect(status).to.equal(0);
  });

  for (const [name, { loses, bytes, pfn, fileOffset }] of Object.entries(damages)) {
    it(`calls ${name} by its name, with where it is, and exits with 1`, async () => {
      const { status, answer } = await verified(bytes());
      expect(status).to.equal(1);
      expect(answer.isSound).to.equal(false);
      const found = answer.damage.find((one) => one.name === name);
      expect(found, JSON.stringify(answer.damage)).to.not.equal(undefined);
      expect(found?.first).to.have.length(Math.min(8, found?.count ?? 0));
      expect(
        pfn === undefined || found?.first[0]?.pfn === pfn,
        JSON.stringify(found?.first[0]),
      ).to.equal(true);
      expect(
        fileOffset === undefined || found?.first[0]?.fileOffset === fileOffset,
        JSON.stringify(found?.first[0]),
      ).to.equal(true);
    });

    it(`says that ${name} loses ${loses}`, async () => {
      const toolkit = createDefaultToolkit();
      using dump = await toolkit.open(new BufferSource(bytes(), 'damaged'));
      const { damage } = await toolkit.verify(dump);
      expect(damage.find((one) => one.name === name)?.first[0]?.loses).to.equal(loses);
    });

    it(`has ${name} in its documentation`, () => {
      const documentation = readFileSync(
        new URL('../../../../docs/command-line.md', import.meta.url),
        'utf8',
      );
      expect(documentation).to.include(`\`${name}\``);
    });
  }

  it('counts every page it lost, though it shows only the first few of a kind', async () => {
    const { answer } = await verified(
      changed(file, (_, bytes) => bytes.fill(0, file.descriptorsAt, file.dataAt)),
    );
    expect(answer.pages).to.include({ corrupt: 30, stored: 0 });
    expect(answer.damage).to.have.length(1);
    expect(answer.damage[0]).to.include({ name: 'page-lost', count: 30 });
    expect(answer.damage[0]?.first).to.have.length(8);
  });

  it('says where an ELF file that is cut lost pages', async () => {
    const bytes = buildElf({
      segments: [{ p_paddr: 0x100000, data: new Uint8Array(8 * size).fill(7) }],
    }).bytes;
    const { status, answer } = await verified(bytes.subarray(0, -size - 10));
    expect(status).to.equal(1);
    expect(answer.damage.map(({ name, count }) => [name, count])).to.deep.equal([
      ['file-truncated', 1],
      ['page-cut-off', 2],
    ]);
    expect(answer.damage[1]?.first[0]).to.include({ pfn: 0x106 });
    expect(answer.pages).to.include({ stored: 6, partial: 1, corrupt: 1 });
  });

  it('joins the parts of a split dump in any order, and misses none', async () => {
    const [first = new Uint8Array(), second = new Uint8Array()] = buildSplitKdump(spec, [16]).map(
      ({ bytes }) => bytes,
    );
    expect(await verified(second, first)).to.deep.include({ status: 0 });
    const { status, stdout } = await runCli(['verify', ...writeSplitKernelDump()]);
    expect(status).to.equal(0);
    expect(stdout)
      .to.include('joined from 3 parts')
      .and.to.include('\nsound: everything was read, nothing is damaged\n');
  });

  it('goes on after a file that is no dump; the highest exit status counts', async () => {
    const { path } = writeKernelDump();
    const { status, stdout, stderr } = await runCli(['verify', import.meta.filename, path]);
    expect(status).to.equal(3);
    expect(stderr).to.include('a text file, not a dump');
    expect(stdout).to.include('sound: everything was read');
  });

  it('shows damage with count, PFN, file offset and reason, escaped', async () => {
    const path = writeFakeDump({
      conditions: [
        {
          name: 'incomplete',
          loses: 'page',
          detail: 'evil\x1b]0;x\x07',
          pfn: 0x12,
          fileOffset: 0x88,
        },
      ],
    });
    const { status, stdout } = await runCli(['verify', path], { toolkit: fakeToolkit });
    expect(status).to.equal(1);
    expect(stdout).to.include('\ndamaged, in 1 place\n');
    expect(stdout).to.match(/ incomplete +1 +0x12 +0x88 +evil\\x1b\]0;x\\x07\n/);
  });

  it('stops at Ctrl-C, with nothing half said', async () => {
    const aborted = new AbortController();
    aborted.abort();
    const { status, stdout } = await runCli(['verify', writeKernelDump().path], {
      signal: aborted.signal,
    });
    expect({ status, stdout }).to.deep.equal({ status: 130, stdout: '' });
  });
});
