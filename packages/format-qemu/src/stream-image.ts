import {
  type ByteSource,
  type Compressor,
  type Damage,
  type DumpImage,
  type HeaderValue,
  imageOf,
  type OriginSign,
  VmcorekitError,
} from '@vmcorekit/core';
import { readCpus } from './cpus/read-cpus.ts';
import { machineOf } from './machine/machines.ts';
import { ramLayoutOf } from './machine/ram-layout.ts';
import type { Runs } from './memory/run-log.ts';
import { StreamMemory } from './memory/stream-memory.ts';
import type { RamBlock } from './stream/ram-blocks.ts';
import type { Stream } from './stream/read-stream.ts';

/** What a file says about a stream that lies in it. */
export interface StreamFile {
  readonly format: string;
  readonly source: ByteSource;
  readonly origins: readonly OriginSign[];
  readonly header?: ReadonlyMap<string, HeaderValue>;
  readonly headerOffsets?: ReadonlyMap<string, number>;
  readonly damage?: readonly Damage[];
}

/**
 * A machine's memory and CPUs out of a stream. The image owns the source. Throws `unsupported`
 * where the stream has no RAM.
 */
export function streamImageOf(
  { format, source, origins, ...file }: StreamFile,
  stream: Stream,
  zlib: Compressor | undefined,
): DumpImage {
  const { head, blocks, devices, description } = stream;
  const machine = machineOf(
    head.machineType,
    blocks.all.map(({ name }) => name),
  );
  const layout = ramLayoutOf(source, blocks.all, devices, machine, blocks.pageSizeInBytes);
  const damage = [...(file.damage ?? []), ...stream.damage, ...layout.damage];
  const runs = stream.runs.resolved();
  refuseEmpty(stream, runs, layout.blocks);
  const memory = new StreamMemory({
    source,
    pageSizeInBytes: blocks.pageSizeInBytes,
    byteOrder: machine?.byteOrder ?? 'little',
    placements: layout.placements,
    runs,
    deltas: stream.deltas,
    zlib,
    isComplete: stream.isRamComplete,
    damage,
  });
  return imageOf({
    format,
    memory,
    architecture: machine?.architecture ?? null,
    header: new Map<string, HeaderValue>([
      ...(file.header ?? []),
      ['machine type', head.machineType],
      ['capabilities', [...head.capabilities].join(', ')],
      ['ram blocks', layout.blocks.map(({ name }) => name).join(', ')],
      ['ram layout', layout.because],
    ]),
    headerOffsets: new Map([
      ...(file.headerOffsets ?? []),
      ['machine type', head.machineTypeAt],
      ...layout.blocks.slice(0, 1).map(({ statedAt }) => ['ram blocks', statedAt] as const),
    ]),
    facts: { origins },
    damage,
    cpus: (architecture) => readCpus(source, devices, description, architecture),
    [Symbol.dispose]: () => {
      memory.dispose();
      source[Symbol.dispose]();
    },
  });
}

/** With the capability `x-ignore-shared`, memory that lies in a shared file is not sent. */
function refuseEmpty({ head, blocks }: Stream, runs: Runs, ram: readonly RamBlock[]): void {
  const [block] = ram;
  if (block === undefined) {
    throw new VmcorekitError('unsupported', {
      what: 'the stream has no block of RAM',
      advice: 'give the stream of a whole machine',
    });
  }
  const isSent = runs.end.some(
    (end, index) =>
      end > block.firstPage &&
      (runs.start[index] ?? Infinity) <
        block.firstPage + block.sizeInBytes / blocks.pageSizeInBytes,
  );
  if (head.capabilities.has('x-ignore-shared') && !isSent) {
    throw new VmcorekitError('unsupported', {
      what: `the stream was written with x-ignore-shared and has no page of '${block.name}'`,
      advice: 'give the file of that memory backend instead',
    });
  }
}
