import { gzipSync } from 'node:zlib';
import { VmcorekitError } from '@vmcorekit/core';
import { buildElf, buildKdump } from '@vmcorekit/testing';
import { expect } from 'chai';
import { reportError } from '../dist/terminal/report-error.js';
import { runCli } from './support/run-cli.ts';
import { writeTemporaryFile } from './support/temporary-file.ts';

async function messageFor(bytes: Uint8Array | string): Promise<string> {
  const path = writeTemporaryFile('file', bytes);
  const { status, stderr } = await runCli(['probe', path]);
  expect(status).to.equal(3);
  expect(stderr.startsWith(`vmcorekit: ${path}: `), stderr).to.equal(true);
  return stderr.slice(`vmcorekit: ${path}: `.length);
}

function filled(sizeInBytes: number, parts: Readonly<Record<number, string>> = {}): Uint8Array {
  const bytes = new Uint8Array(sizeInBytes);
  for (const [offset, text] of Object.entries(parts)) {
    bytes.set(Buffer.from(text, 'latin1'), Number(offset));
  }
  return bytes;
}

describe('a file that is no dump', () => {
  const known: readonly (readonly [string, Uint8Array | string, RegExp])[] = [
    ['an empty file', '', /^an empty file \(0 bytes\): nothing was written to it/],
    [
      'a file of zeros',
      filled(100_000),
      /^a file that begins with zeros only, .*: either the header was never written/,
    ],
    [
      'a disk of QEMU',
      filled(70_000, { 0: 'QFI\xfb' }),
      /^a QEMU disk image \(qcow2\), not a dump: /,
    ],
    [
      'a 7z archive',
      filled(300, { 0: '7z\xbc\xaf\x27\x1c' }),
      /^an archive \(7z\): unpack it first: 7z x FILE$/m,
    ],
    [
      'a kernel',
      filled(70_000, { 0: 'MZ', 514: 'HdrS' }),
      /^a Linux kernel image \(vmlinuz\), not a dump: give the dump/,
    ],
    ['a log', '[    0.000000] Linux version 6.1.0\n'.repeat(9), /^a text file, not a dump: /],
  ];
  for (const [what, bytes, wanted] of known) {
    it(`is said to be ${what}, and what to do`, async () => {
      expect(await messageFor(bytes)).to.match(wanted);
    });
  }

  it('but zeros is opened as raw memory, as the message says, also in a container', async () => {
    const zeros = new Uint8Array(100_000);
    for (const bytes of [zeros, gzipSync(zeros)]) {
      expect(await messageFor(bytes)).to.include('raw memory: --format raw opens it as such');
      const path = writeTemporaryFile('file', bytes);
      const { status, stdout } = await runCli(['info', '--format', 'raw', path]);
      expect([status, stdout.includes('97.7 KiB')]).to.deep.equal([0, true]);
    }
  });

  it('is named with the damage of the container around it', async () => {
    const packed = gzipSync(new Uint8Array(2_000_000));
    const badSum = Uint8Array.from(packed);
    badSum.set([1, 2, 3, 4], packed.length - 8);
    for (const [bytes, wanted] of [
      [packed.subarray(0, 1000), /^a file that begins with zeros .*: gzip .*the stream ends early/],
      [badSum, /^a file that begins with zeros .*: gzip .*its CRC32 is 0x4030201/],
      [
        gzipSync(filled(2_000_000, { 0: '7z\xbc\xaf\x27\x1c' })).subarray(0, 1000),
        /^an archive \(7z\): .*: gzip .*the stream ends early/,
      ],
    ] as const) {
      expect(await messageFor(bytes)).to.match(wanted);
    }
    expect(await messageFor(packed)).not.to.match(/seen on the way/);
  });

  it('is named, also where its name is a word of the message', async () => {
    const error = new VmcorekitError('unsupported', { what: 'an empty file', advice: 'none' });
    let said = '';
    const stream = {
      write(chunk: string | Uint8Array, done: () => void) {
        said += String(chunk);
        done();
      },
    };
    const io = {
      stdout: stream,
      stderr: stream,
      env: {},
      folder: '/',
      signal: new AbortController().signal,
    };
    await reportError(io, error, { json: false, debug: false, files: ['empty'] });
    expect(said).to.equal('vmcorekit: empty: an empty file: none\n');
  });

  it('of Xen, whose note lacks the header, is not said to lack PT_LOAD', async () => {
    const sections = [
      { name: '.note.Xen', sh_type: 7, data: new Uint8Array(40) },
      { name: '.xen_pages', sh_type: 1, data: new Uint8Array(8192).fill(7) },
    ];
    const { bytes } = buildElf({ segments: [], sections, sectionHeadersAt: 64 });
    expect(await messageFor(bytes)).to.match(/^.note.Xen at .*wanted the header of a Xen core/);
  });

  it('but an ELF core without memory is said to have no PT_LOAD', async () => {
    expect(await messageFor(buildElf({ segments: [] }).bytes)).to.match(
      /wanted at least one PT_LOAD/,
    );
  });
});

describe('a dump whose header is cut off', () => {
  const { bytes } = buildKdump({ pages: [{ pfn: 0, bytes: new Uint8Array(4096).fill(1) }] });
  for (const [size, wanted] of [
    [100, 'KDUMP header at 0x0: wanted 464 bytes, got 100: the file ends there (100 bytes)\n'],
    [
      2000,
      'KDUMP sub header at 0x1000: wanted 104 bytes, got 0: the file ends before it (2000 bytes)\n',
    ],
    [
      4150,
      'KDUMP sub header at 0x1000: wanted 104 bytes, got 54: the file ends there (4150 bytes)\n',
    ],
  ] as const) {
    it(`after ${size} bytes says where the file ends`, async () => {
      expect(await messageFor(bytes.slice(0, size))).to.equal(wanted);
    });
  }
});
