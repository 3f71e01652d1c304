import {
  type Damage,
  hexText,
  isZero,
  readExactly,
  type StatedDigest,
  StructView,
} from '@vmcorekit/core';
import { checkAdler32 } from './checksum.ts';
import { damageIn } from './damage-in.ts';
import type { Segment, SegmentSet } from './open-set.ts';
import type { Section } from './sections.ts';

/** Writers give a set two, in its last segment. */
const maxSections = 256;

/** The digests in a section: algorithm, offset, length; and how many bytes its checksum is of. */
const layouts = {
  hash: { digests: [['md5', 0, 16]], summedInBytes: 32 },
  digest: {
    digests: [
      ['md5', 0, 16],
      ['sha1', 16, 20],
    ],
    summedInBytes: 76,
  },
} as const;

export interface EwfDigests {
  readonly digests: readonly StatedDigest[];
  readonly damage: readonly Damage[];
}

/** The digests of the whole image that a set states. One of zeros was not computed. */
export function readDigests({ members }: SegmentSet): EwfDigests {
  const digests: StatedDigest[] = [];
  const damage: Damage[] = [];
  let sections = 0;
  for (const member of members) {
    for (const section of typeof member === 'string' ? [] : member.all) {
      if (section.type !== 'hash' && section.type !== 'digest') {
        continue;
      }
      if (++sections > maxSections) {
        const detail = `the set has more than ${maxSections} sections with digests; the others are not compared`;
        damage.push({
          name: 'digest-unchecked',
          loses: 'nothing',
          detail,
          fileOffset: section.fileOffset,
        });
        return { digests, damage };
      }
      const statedBy = `${section.type} section of ${(member as Segment).name}`;
      try {
        digests.push(...digestsIn(member as Segment, section, layouts[section.type], statedBy));
      } catch (error) {
        damage.push({
          name: 'digest-unchecked',
          loses: 'nothing',
          detail: `the ${statedBy} cannot be read: ${damageIn(error).message}`,
          fileOffset: section.fileOffset,
        });
      }
    }
  }
  return { digests, damage };
}

function digestsIn(
  { source }: Segment,
  { type, dataOffset }: Section,
  { digests, summedInBytes }: (typeof layouts)['hash' | 'digest'],
  statedBy: string,
): StatedDigest[] {
  const structure = `EWF ${type} section`;
  const bytes = readExactly(source, dataOffset, summedInBytes + 4, structure);
  const view = new StructView(bytes, 'little', structure, dataOffset);
  checkAdler32(view, 0, summedInBytes);
  return digests.flatMap(([algorithm, offset, lengthInBytes]) => {
    const digest = view.slice(offset, lengthInBytes);
    return isZero(digest)
      ? []
      : [{ algorithm, expected: hexText(digest), statedBy, fileOffset: dataOffset + offset }];
  });
}
