import { type ByteSource, type Damage, hex, sizeText } from '@vmcorekit/core';
import type { DeviceSection } from '../stream/device-section.ts';
import type { RamBlock } from '../stream/ram-blocks.ts';
import { type CmosMemory, readCmosMemory } from './cmos.ts';
import type { KnownMachine } from './machines.ts';

const fourGibibytes: number = 4 * 2 ** 30;
/**
 * Where HyperTransport's addresses begin. QEMU 7.1 and later put the high RAM of a larger machine
 * with an AMD CPU at 1 TiB. Source: QEMU, hw/i386/pc.c, AMD_HT_START.
 */
const hyperTransportStart = 0xfd_0000_0000;
/** Blocks of devices and firmware: a path of a device or a ROM, or one of these names. */
const notRam: RegExp =
  /^(?!\/objects\/).*\/|\.(bios|m?rom|vram|flash\d?)$|^(isa-bios|tpm-ppi)$|dimm/;
/** A memory backend has the name that a user gave it; blocks of a board have a dot in theirs. */
const ofBoard: RegExp = /[./]/;
const ofDimm: RegExp = /^[^/]*dimm/;
/** The name that libvirt gives the memory of a NUMA node. */
const nodeName = /(\d+)$/;

/** A part of a block, and where it lies in the machine. */
export interface Placement {
  readonly physicalAddress: number;
  /** Pages are counted over all blocks. */
  readonly firstPage: number;
  readonly sizeInBytes: number;
}

export interface RamLayout {
  /** Ascending in physical memory. */
  readonly placements: readonly Placement[];
  readonly damage: readonly Damage[];
  /** Blocks of memory that only the kernel can give a place. */
  readonly unplaced: readonly RamBlock[];
  /** The blocks that are the machine's RAM. */
  readonly blocks: readonly RamBlock[];
  /** What says where the RAM lies. */
  readonly because: string;
}

/**
 * Where the machine's RAM lies in physical memory. Its blocks are known by their size, not by their
 * name: a memory backend may have any name.
 */
export function ramLayoutOf(
  source: ByteSource,
  blocks: readonly RamBlock[],
  devices: readonly DeviceSection[],
  machine: KnownMachine | undefined,
  pageSizeInBytes: number,
): RamLayout {
  const cmos = machine?.lowRamEnd !== undefined ? readCmosMemory(source, devices) : undefined;
  const damage: Damage[] = [];
  const candidates = blocks.filter(({ name }) => !notRam.test(name));
  const ram = chooseRam(candidates, machine, cmos);
  const size = ram.reduce((sum, { sizeInBytes }) => sum + sizeInBytes, 0);
  const { lowRamEnd, because } = lowRam(size, cmos, machine, damage);
  const others = candidates.filter((block) => !ram.includes(block) && !ofBoard.test(block.name));
  const dimms = blocks.filter(({ name }) => ofDimm.test(name));
  const placements = [...placed(ram, machine, lowRamEnd, pageSizeInBytes)];
  const end = placements.reduce((most, each) => Math.max(most, endOf(each)), 0);
  if (machine?.lowRamEnd !== undefined && end > hyperTransportStart) {
    damage.push({
      name: 'memory-layout-assumed',
      detail: `RAM is assumed to go on at ${hex(fourGibibytes)}; for an AMD CPU, QEMU puts that of so large a machine at 0x10000000000`,
      loses: 'nothing',
    });
  }
  return {
    placements,
    damage,
    unplaced: [...others, ...dimms],
    blocks: ram,
    because,
  };
}

/** What is said of a block that has no place. */
export function unplacedDamage({ name, sizeInBytes, statedAt }: RamBlock): Damage {
  return {
    name: 'memory-unplaced',
    detail: `block '${name}' (${sizeText(sizeInBytes)}) is not shown: the stream does not say at which address it lies`,
    loses: 'memory',
    fileOffset: statedAt,
  };
}

/** The block of the machine's name; else those whose sum is stated; else the largest. */
function chooseRam(
  candidates: readonly RamBlock[],
  machine: KnownMachine | undefined,
  cmos: CmosMemory | undefined,
): readonly RamBlock[] {
  const own = candidates.find(({ name }) => machine?.blockNames.includes(name) === true);
  const bySize = candidates.toSorted((a, b) => b.sizeInBytes - a.sizeInBytes);
  const largest = own ?? bySize[0];
  if (largest === undefined) {
    return [];
  }
  const stated = cmos === undefined ? undefined : cmos.lowRamEnd + cmos.aboveFourGibibytes;
  const exact = [largest, ...bySize].find(({ sizeInBytes }) => sizeInBytes === stated);
  if (exact !== undefined) {
    return [exact];
  }
  const nodes = candidates
    .filter(({ name }) => stemOf(name) === stemOf(largest.name) && nodeName.test(name))
    .toSorted((a, b) => nodeOf(a) - nodeOf(b));
  const sum = nodes.reduce((bytes, { sizeInBytes }) => bytes + sizeInBytes, 0);
  return own === undefined && nodes.length > 1 && (stated === undefined || stated === sum)
    ? nodes
    : [largest];
}

function stemOf(name: string): string {
  return name.replace(nodeName, '');
}

function nodeOf({ name }: RamBlock): number {
  return Number(nodeName.exec(name)?.[1] ?? 0);
}

/** Where RAM below 4 GiB ends; Infinity where it has no hole. */
function lowRam(
  size: number,
  cmos: CmosMemory | undefined,
  machine: KnownMachine | undefined,
  damage: Damage[],
): { readonly lowRamEnd: number; readonly because: string } {
  if (cmos !== undefined) {
    if (cmos.lowRamEnd + cmos.aboveFourGibibytes === size) {
      return {
        lowRamEnd: cmos.lowRamEnd,
        because: `its CMOS says that RAM below 4 GiB ends at ${hex(cmos.lowRamEnd)}`,
      };
    }
    damage.push({
      name: 'cmos-misfit',
      detail: `the CMOS states ${sizeText(cmos.lowRamEnd + cmos.aboveFourGibibytes)} of RAM, the blocks have ${sizeText(size)}`,
      loses: 'nothing',
      fileOffset: cmos.statedAt,
    });
  }
  if (machine === undefined) {
    damage.push({
      name: 'memory-layout-assumed',
      detail: 'the machine type is not known: RAM is assumed to begin at 0 and to have no hole',
      loses: 'nothing',
    });
    return { lowRamEnd: Infinity, because: 'assumed' };
  }
  const lowRamEnd = machine.lowRamEnd?.(size) ?? Infinity;
  if (lowRamEnd < size) {
    damage.push({
      name: 'memory-layout-assumed',
      detail: `the stream has no CMOS: RAM below 4 GiB is assumed to end at ${hex(lowRamEnd)}, as on such a machine by default`,
      loses: 'nothing',
    });
  }
  return { lowRamEnd, because: 'the machine type' };
}

function endOf({ physicalAddress, sizeInBytes }: Placement): number {
  return physicalAddress + sizeInBytes;
}

function* placed(
  ram: readonly RamBlock[],
  machine: KnownMachine | undefined,
  lowRamEnd: number,
  pageSizeInBytes: number,
): Generator<Placement, void, void> {
  let at = machine?.ramStart ?? 0;
  for (const { firstPage, sizeInBytes } of ram) {
    const low = Math.max(0, Math.min(sizeInBytes, lowRamEnd - at));
    if (low > 0) {
      yield { physicalAddress: at, firstPage, sizeInBytes: low };
      at += low;
    }
    if (low < sizeInBytes) {
      at = Math.max(at, machine?.highRamStart ?? fourGibibytes);
      const rest = sizeInBytes - low;
      yield {
        physicalAddress: at,
        firstPage: firstPage + low / pageSizeInBytes,
        sizeInBytes: rest,
      };
      at += rest;
    }
  }
}
