import {
  type ByteSource,
  type Damage,
  hex,
  JoinedSource,
  plural,
  SliceSource,
  VmcorekitError,
} from '@vmcorekit/core';
import { type Disk, malformed } from './disk.ts';
import { DiskWindow } from './disk-window.ts';

/** Sizes of 16 such disks still add up exactly. */
const maxUsedInBytes: number = 2 ** 48;

/** What only the disks of one set share; undefined for a device of its own. */
export function splitKeyOf({ number, setId, blockInBytes }: Disk): string | undefined {
  return number === 0 ? undefined : JSON.stringify(['sadump', setId, blockInBytes]);
}

/** A dump's disks, without a gap in their numbers. */
export interface DiskSet {
  readonly first: Disk;
  readonly others: readonly Disk[];
  readonly damage: readonly Damage[];
}

/**
 * Disks by their numbers, up to the first that is not there. How much a missing one held is stated
 * nowhere else, so those after it have no place.
 *
 * Throws `usage` for files that are no disks of one set, each once; `unsupported` where the first
 * is not there.
 */
export function joinDisks(disks: readonly Disk[]): DiskSet {
  const [first, ...others] = disks.toSorted((a, b) => a.number - b.number);
  if (first === undefined) {
    throw new VmcorekitError('contract', { what: 'a sadump dump has at least one file' });
  }
  if (others.length === 0 && first.number === 0) {
    return { first, others, damage: [] };
  }
  if (first.number > 1) {
    throw new VmcorekitError('unsupported', {
      what: `disk ${first.number} of a sadump disk set without disk 1, which says what the others hold`,
      advice: 'name all its disks',
    });
  }
  for (const [index, disk] of others.entries()) {
    checkMember(first, index === 0 ? first : (others[index - 1] ?? first), disk, disks);
  }
  const gap = others.findIndex(({ number }, index) => number !== index + 2);
  const present = gap < 0 ? others : others.slice(0, gap);
  return { first, others: present, damage: damageOf(first, present, others.length) };
}

function checkMember(first: Disk, before: Disk, disk: Disk, all: readonly Disk[]): void {
  const isMember =
    splitKeyOf(disk) === splitKeyOf(first) &&
    disk.number !== before.number &&
    first.set?.volumeIds[disk.number - 2] === disk.volumeId;
  if (!isMember) {
    throw new VmcorekitError('usage', {
      what: 'files given as one dump',
      got: all.map(({ file }) => file.name).join(', '),
      allowed: `the disks of one sadump set, each once (${disk.file.name} is not the disk ${disk.number} that disk 1 lists)`,
    });
  }
}

function damageOf(first: Disk, present: readonly Disk[], given: number): readonly Damage[] {
  const disks = 1 + (first.set?.volumeIds.length ?? 0);
  const damage: Damage[] = [];
  if (present.length + 1 < disks) {
    const unused = given - present.length;
    const rest = unused === 0 ? '' : `; ${plural(unused, 'disk')} after it cannot be placed`;
    damage.push({
      name: 'split-part-missing',
      loses: 'page',
      detail: `disk ${present.length + 2} of the ${disks} of the set is not among the files: pages from there on are lost${rest}`,
    });
  }
  for (const { file, number, timestamp } of present) {
    if (timestamp !== first.timestamp) {
      damage.push({
        name: 'disk-times-differ',
        loses: 'page',
        detail: `disk ${number} (${file.name}) has another time in its header than disk 1: it may hold the pages of another dump`,
      });
    }
  }
  return damage;
}

/**
 * The disks of a set as one device: the first as it is, then what follows the header of each other.
 * Does not own their files. Throws `malformed` for a disk whose used part has no place for that.
 *
 * @param pagesAt where the pages begin on the first disk
 */
export function deviceOf({ first, others }: DiskSet, pagesAt: number): ByteSource {
  if (others.length === 0) {
    return first.usedInBytes === null
      ? first.file
      : new SliceSource(first.file, 0, first.usedInBytes, first.file.name);
  }
  return new JoinedSource(
    first.file.name,
    [first, ...others].map((disk) => {
      const least = disk === first ? pagesAt : disk.blockInBytes;
      const end = disk.usedInBytes ?? 0;
      if (end < least || end > maxUsedInBytes) {
        const wanted = `${hex(least)} to ${hex(maxUsedInBytes)}`;
        throw malformed('sadump partition header', disk.start, 'used_device', wanted, end);
      }
      const from = disk === first ? 0 : disk.blockInBytes;
      return new DiskWindow(disk.file, from, end - from);
    }),
  );
}
