import { type Damage, readExactly, StructView, VmcorekitError } from '@vmcorekit/core';
import type { LostPart } from '../lost-parts.ts';
import { checkAdler32 } from './checksum.ts';
import { damageIn } from './damage-in.ts';
import type { Segment, SegmentSet } from './open-set.ts';
import type { Section } from './sections.ts';

const structure = 'EWF error2 section';
const headerInBytes = 520;
const headerChecksumAt = 516;
const entryInBytes = 8;
/** A failing disk has thousands; memory has none. */
const maxEntries: number = 1 << 20;
const because = 'it could not be read when the image was acquired';

export interface UnreadSectors {
  readonly lost: readonly LostPart[];
  readonly damage: readonly Damage[];
}

/** The sectors that could not be acquired. The image has zeros in their place. */
export function readUnreadSectors({ members, media }: SegmentSet): UnreadSectors {
  const lost: LostPart[] = [];
  const damage: Damage[] = [];
  for (const member of members) {
    const sections = typeof member === 'string' ? [] : member.all;
    for (const section of sections.filter(({ type }) => type === 'error2')) {
      try {
        lost.push(...partsIn(member as Segment, section, media.bytesPerSector));
      } catch (error) {
        damage.push({
          name: 'unread-sectors-unknown',
          loses: 'page',
          detail: `sectors that could not be acquired are zeros in the image, and which is not known: ${damageIn(error).message}`,
          fileOffset: section.fileOffset,
        });
      }
    }
  }
  return { lost, damage };
}

function partsIn({ source }: Segment, { dataOffset }: Section, sectorInBytes: number): LostPart[] {
  const header = readExactly(source, dataOffset, headerInBytes, structure);
  const view = new StructView(header, 'little', structure, dataOffset);
  checkAdler32(view, 0, headerChecksumAt);
  const count = view.uint32(0);
  if (count > maxEntries) {
    throw new VmcorekitError('malformed', {
      structure,
      fileOffset: dataOffset,
      field: 'number of entries',
      wanted: `at most ${maxEntries}`,
      got: count,
    });
  }
  const at = dataOffset + headerInBytes;
  const bytes = readExactly(source, at, count * entryInBytes + 4, structure);
  const entries = new StructView(bytes, 'little', structure, at);
  checkAdler32(entries, 0, count * entryInBytes);
  return Array.from({ length: count }, (_, index) => ({
    offset: entries.uint32(index * entryInBytes) * sectorInBytes,
    lengthInBytes: entries.uint32(index * entryInBytes + 4) * sectorInBytes,
    because,
  }));
}
