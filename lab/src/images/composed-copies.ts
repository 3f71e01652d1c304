// Imports much: each format is composed in another way.
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { type Dump, isZero, type PhysicalMemory } from '@vmcorekit/core';
import { createToolkit } from '@vmcorekit/engine';
import { FileSource } from '@vmcorekit/node';
import {
  buildLkcd,
  buildS390,
  buildSadump,
  type S390Segment,
  type SadumpCpuSpec,
} from '@vmcorekit/testing';
import { defaultPlugins } from 'vmcorekit';
import { dumpFileName } from '../dump/dump-record.ts';
import type { DumpRecord } from '../truth/truth.ts';
import type { PackedCopy } from './packed-copies.ts';

/** A guest's memory in the layout of a format whose writer does not run here. */
export interface ComposedCopy extends PackedCopy {
  readonly origin: DumpRecord['origin'];
}

interface Composer {
  readonly kind: string;
  readonly architecture: string;
  /** Of whom the file says that it captured and wrote it. */
  readonly by: string;
  readonly compose: (dump: Dump, dumpFile: string) => Uint8Array;
}

const diskdumpSignature: Buffer = Buffer.from('DISKDUMP', 'latin1');
/** `status` and its bit for a dump that is compressed. Source: crash, diskdump.h. */
const statusAt = 424;
const diskdumpCompressed = 8;
const currentCpuAt = 456;
const subHeaderAt = 4096;
/** `pr_reg` of NT_PRSTATUS on x86-64, which diskdump's sub header holds. */
const savedRegisters = { at: 112, sizeInBytes: 27 * 8 } as const;
const pageSizeInBytes = 4096;

const composers: readonly Composer[] = [
  { kind: 's390', architecture: 's390x', by: 's390-tools', compose: composeS390 },
  { kind: 's390-extended', architecture: 's390x', by: 's390-tools', compose: composeExtendedS390 },
  { kind: 'sadump', architecture: 'x86_64', by: 'sadump', compose: composeSadump },
  { kind: 'lkcd', architecture: 'x86_64', by: 'lkcd', compose: composeLkcd },
  { kind: 'diskdump', architecture: 'x86_64', by: 'diskdump', compose: composeDiskdump },
];

/** One file after the other. The caller removes them. */
export async function* composedCopies(
  dumpFile: string,
  folder: string,
): AsyncGenerator<ComposedCopy> {
  using dump = await createToolkit(defaultPlugins).open(new FileSource(dumpFile));
  for (const { kind, architecture, by, compose } of composers) {
    if (dump.architecture?.name === architecture) {
      const file = join(folder, `dump.${kind}`);
      writeFileSync(file, compose(dump, dumpFile));
      yield { kind, files: [file], origin: { capturedBy: by, writtenBy: by } };
    }
  }
}

function composeS390({ image: { memory } }: Dump): Uint8Array {
  return buildS390({ memory: wholeOf(memory) });
}

/** Without pages that are zero; between two segments all is zero. */
function composeExtendedS390({ image: { memory } }: Dump): Uint8Array {
  const whole = wholeOf(memory);
  const segments: S390Segment[] = [];
  let start: number | undefined;
  for (let at = 0; at <= whole.length; at += pageSizeInBytes) {
    const hasBytes = at < whole.length && !isZero(whole.subarray(at, at + pageSizeInBytes));
    if (hasBytes) {
      start ??= at;
    } else if (start !== undefined) {
      segments.push({ start, data: whole.subarray(start, at) });
      start = undefined;
    }
  }
  return buildS390({ memory: whole, segments });
}

function composeSadump({ image: { memory }, cpus }: Dump): Uint8Array {
  return buildSadump({ pages: new Map(pagesOf(memory)), cpus: cpus.map(sadumpCpuOf) });
}

function sadumpCpuOf({ registers }: Dump['cpus'][number]): SadumpCpuSpec {
  const word = (name: string): bigint => registers.get(name) ?? 0n;
  return {
    Rip: word('rip'),
    Rsp: word('rsp'),
    Cr0: word('cr0'),
    Cr3: word('cr3'),
    Cr4: Number(word('cr4')),
    Rflags: word('rflags'),
    Cs: Number(word('cs')),
    IdtBase: word('idt_base'),
  };
}

function composeLkcd({ image: { memory } }: Dump): Uint8Array {
  return buildLkcd({
    pages: [...pagesOf(memory)].map(([pfn, page]) => {
      const packed = deflateSync(page, { level: 1 });
      const isSmaller = packed.length < page.length;
      return {
        dp_address: pfn * pageSizeInBytes,
        data: isSmaller ? packed : page,
        dp_flags: isSmaller ? 2 : 1,
      };
    }),
  });
}

/**
 * The KDUMP file of the same guest, with diskdump's signature and status, and the registers of the
 * last CPU.
 */
function composeDiskdump({ cpus, architecture }: Dump, dumpFile: string): Uint8Array {
  const file = readFileSync(join(dirname(dumpFile), dumpFileName('kdump-raw-zlib')));
  file.set(diskdumpSignature);
  file.writeInt32LE(diskdumpCompressed, statusAt);
  file.writeUInt32LE(cpus.length - 1, currentCpuAt);
  const { at, sizeInBytes } = savedRegisters;
  const [note] = architecture?.registers?.notesOf?.(cpus.slice(-1), 'little') ?? [];
  file.set(note?.descriptor.subarray(at, at + sizeInBytes) ?? [], subHeaderAt);
  return file;
}

function wholeOf(memory: PhysicalMemory): Uint8Array {
  const end = memory.ranges.reduce((most, range) => Math.max(most, range.end), 0);
  const whole = new Uint8Array(end);
  for (const [pfn, page] of pagesOf(memory)) {
    whole.set(page, pfn * pageSizeInBytes);
  }
  return whole;
}

function* pagesOf(memory: PhysicalMemory): Generator<[pfn: number, page: Uint8Array], void, void> {
  for (const { start, end } of memory.ranges) {
    for (let at = start; at < end; at += pageSizeInBytes) {
      yield [at / pageSizeInBytes, memory.read(at, pageSizeInBytes)];
    }
  }
}
