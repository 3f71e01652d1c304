import {
  type ArchitectureTable,
  type ByteSource,
  type Damage,
  type DumpImage,
  type HeaderValue,
  hex,
  imageOf,
  type OriginSign,
  type Progress,
  type Registers,
  VmcorekitError,
} from '@vmcorekit/core';
import { FileMemory, FileParts, overlapsOf } from '@vmcorekit/file-memory';
import { CpuTags } from './cpus/cpu-tags.ts';
import { cpusFor, machineOf } from './cpus/machine.ts';
import { MemoryTags } from './memory-layout.ts';
import { readStateHeader, type StateGroup, type StateHeader } from './state-header.ts';
import { readTags, type Tag } from './tags.ts';

const pageSizeInBytes = 4096;
const highMemoryStart = 0x1_0000_0000;

/** A state file, read but for its memory. */
export interface VmwareState {
  readonly header: StateHeader;
  readonly memory: MemoryTags;
  readonly cpus: readonly Registers[];
  readonly damage: readonly Damage[];
}

/** Reads what a state file says. Throws `truncated`, `malformed` or `unsupported`. */
export function* readState(state: ByteSource): Generator<Progress, VmwareState, void> {
  const header = readStateHeader(state);
  const [memory, cpus] = [new MemoryTags(), new CpuTags()];
  const damage: Damage[] = [];
  const readers: readonly [string, Damage['loses'], (tag: Tag) => void][] = [
    ['memory', 'memory', (tag) => memory.take(tag, state)],
    ['cpu', 'notes', (tag) => cpus.take(tag, state)],
  ];
  for (const [name, loses, take] of readers) {
    // VMware writes one of each name.
    const group = header.groups.find((each) => each.name === name);
    const because = group === undefined ? null : yield* readTags(state, group, take);
    if (group !== undefined && because !== null) {
      damage.push(damageOf(group, loses, because));
    }
  }
  return { header, memory, cpus: cpus.cpus, damage };
}

/**
 * The image of a state, and of the file that holds its memory: the state itself, or the .vmem
 * beside it. Owns both.
 */
export function vmwareImage(
  format: string,
  state: ByteSource,
  vmem: ByteSource | undefined,
  read: VmwareState,
  architectures: ArchitectureTable,
): DumpImage {
  const { header, memory: tags, cpus } = read;
  const holder = vmem ?? state;
  const { block } = tags;
  const [offset, sizeInBytes] =
    vmem !== undefined || block === undefined
      ? [0, holder.sizeInBytes]
      : [block.fileOffset, block.sizeInBytes];
  const parts = new FileParts(holder);
  const regions = tags.regionsOf(sizeInBytes);
  for (const region of regions) {
    parts.add(region.start, region.sizeInBytes, offset + region.offset);
  }
  const memory = new FileMemory(holder, parts.pieces, {
    pageSizeInBytes,
    byteOrder: 'little',
    part: 'region',
    hidesOffsets: vmem !== undefined,
  });
  const machine = machineOf(cpus);
  const isAssumed = !tags.statesRegions && regions.length > 1;
  return imageOf({
    format,
    memory,
    architecture: machine === null ? null : (architectures.ofUtsname(machine)?.name ?? null),
    header: fieldsOf(header, regions.length),
    headerOffsets: new Map([
      ['magic', 0],
      ['version', 4],
      ['groups', 8],
    ]),
    facts: { origins: originsOf() },
    damage: [
      ...read.damage,
      ...overlapsOf(
        regions.map(({ start, sizeInBytes: size }) => ({ start, end: start + size })),
        'region',
      ),
      ...parts.damage('regions'),
      ...(isAssumed ? [assumed] : []),
    ],
    ...(cpus.length === 0 ? {} : { cpus: (architecture) => cpusFor(cpus, architecture) }),
    [Symbol.dispose]() {
      memory.dispose();
      vmem?.[Symbol.dispose]();
      state[Symbol.dispose]();
    },
  });
}

const assumed: Damage = {
  name: 'memory-layout-assumed',
  loses: 'nothing',
  detail: `the state names no regions, so memory after the first 3 GiB is taken to lie from ${hex(highMemoryStart)} on, as VMware places it`,
};

function damageOf({ name, position }: StateGroup, loses: Damage['loses'], because: string): Damage {
  return {
    name: 'state-damaged',
    loses,
    detail: `the group '${name}' of the state at ${hex(position)} cannot be read to its end: ${because}`,
    fileOffset: position,
  };
}

function fieldsOf(
  { magic, version, groups }: StateHeader,
  regions: number,
): ReadonlyMap<string, HeaderValue> {
  return new Map<string, HeaderValue>([
    ['magic', magic],
    ['version', version],
    ['groups', groups.length],
    ['regionsCount', regions],
  ]);
}

function originsOf(): OriginSign[] {
  const at = [{ fileOffset: 0, note: 'magic' }];
  const because = 'VMware’s magic number';
  return (['capturedBy', 'writtenBy'] as const).map((axis) => ({
    axis,
    who: 'vmware',
    score: 100,
    because,
    at,
  }));
}

/** The error for a state whose memory lies in no file. */
export function withoutMemory(state: string, vmem: string): VmcorekitError<'unsupported'> {
  return new VmcorekitError('unsupported', {
    what: `${state} without its memory`,
    advice: `put ${vmem} beside it, by that name`,
  });
}
