import {
  type ByteSource,
  type Compressor,
  type Damage,
  type DumpImage,
  type HeaderValue,
  hex,
  imageOf,
  type OriginSign,
  printable,
  VmcorekitError,
} from '@vmcorekit/core';
import { readCpus } from './cpus/read-cpus.ts';
import { machineOf } from './machine/machines.ts';
import { type PluggedBlock, waysToPlug } from './machine/plugged-memory.ts';
import {
  type Placement,
  type RamLayout,
  ramLayoutOf,
  unplacedDamage,
} from './machine/ram-layout.ts';
import { PageRecords } from './memory/page-records.ts';
import type { Runs } from './memory/run-log.ts';
import { StreamMemory } from './memory/stream-memory.ts';
import type { RamBlock } from './stream/ram-blocks.ts';
import type { Stream } from './stream/read-stream.ts';

/** What a file says about a stream that lies in it. */
export interface StreamFile {
  readonly format: string;
  readonly source: ByteSource;
  readonly header?: ReadonlyMap<string, HeaderValue>;
  readonly headerOffsets?: ReadonlyMap<string, number>;
  readonly damage?: readonly Damage[];
}

/**
 * A machine's memory and CPUs out of a stream. The image owns the source. Throws `unsupported`
 * where the stream has no RAM.
 */
export function streamImageOf(
  { format, source, ...file }: StreamFile,
  stream: Stream,
  zlib: Compressor | undefined,
): DumpImage {
  const { head, blocks, devices, description } = stream;
  const machine = machineOf(
    head.machineType,
    blocks.all.map(({ name }) => name),
  );
  const layout = ramLayoutOf(source, blocks.all, devices, machine, blocks.pageSizeInBytes);
  const runs = stream.runs.resolved();
  refuseEmpty(stream, runs, layout.blocks);
  const { pageSizeInBytes } = blocks;
  const records = new PageRecords({
    source,
    pageSizeInBytes,
    runs,
    deltas: stream.deltas,
    zlib,
    isComplete: stream.isRamComplete,
  });
  const memories: StreamMemory[] = [];
  /** The image with these blocks where a kernel lists RAM. */
  const imageWith = (plugged: readonly PluggedBlock[]): DumpImage => {
    const damage = [
      ...(file.damage ?? []),
      ...stream.damage,
      ...layout.damage,
      ...layout.unplaced
        .filter((block) => plugged.every((each) => each.block !== block))
        .map(unplacedDamage),
    ];
    const memory = new StreamMemory({
      pageSizeInBytes,
      byteOrder: machine?.byteOrder ?? 'little',
      placements: [...layout.placements, ...plugged.map(placementOf)].toSorted(
        (one, other) => one.physicalAddress - other.physicalAddress,
      ),
      records,
      damage,
    });
    memories.push(memory);
    return imageOf({
      format,
      memory,
      architecture: machine?.architecture ?? null,
      header: headerOf(file.header, head, layout, plugged),
      headerOffsets: new Map([
        ...(file.headerOffsets ?? []),
        ['machine type', head.machineTypeAt],
        ...layout.blocks.slice(0, 1).map(({ statedAt }) => ['ram blocks', statedAt] as const),
      ]),
      facts: { origins: originSigns(head) },
      damage,
      cpus: (architecture) => readCpus(source, devices, description, architecture),
      ...(layout.unplaced.length === 0
        ? {}
        : {
            layoutsBy: (ram) =>
              plugged.length > 0
                ? []
                : waysToPlug(layout.unplaced, memory.ranges, ram).map(imageWith),
          }),
      [Symbol.dispose]: () => {
        for (const each of memories) {
          each.dispose();
        }
        source[Symbol.dispose]();
      },
    });
  };
  return imageWith([]);
}

function headerOf(
  header: StreamFile['header'],
  { machineType, capabilities }: Stream['head'],
  { blocks, because }: RamLayout,
  plugged: readonly PluggedBlock[],
): ReadonlyMap<string, HeaderValue> {
  const shown = [...blocks, ...plugged.map(({ block }) => block)];
  return new Map<string, HeaderValue>([
    ...(header ?? []),
    ['machine type', machineType],
    ...(capabilities.size === 0 ? [] : [['capabilities', [...capabilities].join(', ')] as const]),
    ['ram blocks', shown.map(({ name }) => name).join(', ')],
    ['ram layout', [because, ...plugged.map(pluggedText)].join('; ')],
  ]);
}

function placementOf({ block, physicalAddress }: PluggedBlock): Placement {
  return { physicalAddress, firstPage: block.firstPage, sizeInBytes: block.sizeInBytes };
}

function pluggedText({ block, physicalAddress }: PluggedBlock): string {
  return `the kernel lists RAM of the size of '${printable(block.name)}' at ${hex(physicalAddress)}`;
}

/** QEMU alone writes such streams, of machines that it runs. */
function originSigns({ machineType, machineTypeAt }: Stream['head']): OriginSign[] {
  const machine = machineType === '' ? '' : ` of its machine ${printable(machineType)}`;
  return (['capturedBy', 'writtenBy'] as const).map((axis) => ({
    axis,
    who: 'qemu',
    score: 100,
    because: `QEMU wrote a migration stream${machine}`,
    at: [{ fileOffset: machineTypeAt, note: 'machine type' }],
  }));
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
