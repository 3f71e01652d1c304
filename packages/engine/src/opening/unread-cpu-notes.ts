import {
  type Architecture,
  type Damage,
  type DumpImage,
  type Note,
  NT_PRSTATUS,
  plural,
} from '@vmcorekit/core';
import { isOfCpu } from './cpus.ts';

/**
 * Reports CPU notes that the architecture cannot read, because their size or version is not its
 * own: one damage for each kind of note.
 */
export function unreadCpuNotes(image: DumpImage, architecture: Architecture | null): Damage[] {
  if (architecture?.registers === undefined || image.cpus !== undefined) {
    return [];
  }
  const { registers } = architecture;
  const notes = image.notes.filter(isOfCpu);
  return [...new Set(notes.map(({ name }) => name))].flatMap((name) => {
    const ofKind = notes.filter((note) => note.name === name);
    const unread = ofKind.filter((note) => registers.read(note, image.byteOrder) === undefined);
    const [first] = unread;
    return first === undefined ? [] : [misfit(first, unread.length, ofKind.length, architecture)];
  });
}

function misfit(
  first: Note,
  unread: number,
  all: number,
  { name, machines }: Architecture,
): Damage {
  const isPrstatus = first.type === NT_PRSTATUS;
  const own = isPrstatus
    ? [machines.prstatusSizeInBytes ?? []].flat()
    : (machines.qemuNoteSizesInBytes ?? []);
  const wanted =
    own.includes(first.descriptor.length) || own.length === 0
      ? ''
      : `, those of ${name} ${own.join(' or ')}`;
  const notes = plural(all, `${isPrstatus ? 'NT_PRSTATUS' : first.name} note`);
  const size = plural(first.descriptor.length, 'byte');
  return {
    name: 'cpu-note-misfit',
    detail: `${unread} of ${notes} cannot be read as ${name}: the first has ${size}${wanted}; registers of CPUs are missing`,
    loses: 'nothing',
    fileOffset: first.fileOffset,
  };
}
