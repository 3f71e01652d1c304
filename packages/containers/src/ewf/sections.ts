import {
  type ByteSource,
  latin1UntilNul,
  type Progress,
  readExactly,
  StructView,
  VmcorekitError,
} from '@vmcorekit/core';
import { checkAdler32 } from './checksum.ts';
import { damageIn } from './damage-in.ts';
import { fileHeaderInBytes } from './file-header.ts';

const descriptorInBytes = 76;
const checksumAt = 72;
const typeInBytes = 16;
/**
 * In a segment, and in all of a set. A table of 16,375 chunks, half a GiB, takes three sections:
 * enough for 10 TiB.
 */
export const maxSections: number = 1 << 16;
/** Each lies elsewhere in the file: a slow disk takes a tenth of a second for so many. */
const sectionsPerStep = 16;
const structure = 'EWF section';

/** A part of a segment. Its data lie between its descriptor and the next section. */
export interface Section {
  readonly type: string;
  readonly fileOffset: number;
  readonly dataOffset: number;
  /** Exclusive. */
  readonly end: number;
}

export interface Sections {
  readonly all: readonly Section[];
  /** Whether the segment says that another follows, or none. Null where it is cut or damaged. */
  readonly endsBy: 'next' | 'done' | null;
  /** Why the sections cannot be followed to such an end. */
  readonly stopped: VmcorekitError | null;
}

/**
 * Follows the sections of a segment, each by the one before. What comes after a damaged one cannot
 * be found: a segment may hold another image, with sections of its own.
 */
export function* walkSections(file: ByteSource): Generator<Progress, Sections, void> {
  const all: Section[] = [];
  const doing = 'following the sections of an EWF set';
  try {
    for (let fileOffset = fileHeaderInBytes; ; ) {
      const section = readSection(file, fileOffset);
      all.push(section);
      if (section.type === 'next' || section.type === 'done') {
        return { all, endsBy: section.type, stopped: null };
      }
      if (section.end < section.dataOffset || all.length === maxSections) {
        throw new VmcorekitError('malformed', {
          structure,
          fileOffset,
          field: 'offset of the next',
          wanted: `one after it, and at most ${maxSections} sections`,
          got: section.end,
        });
      }
      fileOffset = section.end;
      if (all.length % sectionsPerStep === 0) {
        yield { kind: 'progress', doing, fraction: null };
      }
    }
  } catch (error) {
    return { all, endsBy: null, stopped: damageIn(error) };
  }
}

function readSection(file: ByteSource, fileOffset: number): Section {
  const bytes = readExactly(file, fileOffset, descriptorInBytes, structure);
  const view = new StructView(bytes, 'little', structure, fileOffset);
  checkAdler32(view, 0, checksumAt);
  return {
    type: latin1UntilNul(view.slice(0, typeInBytes)),
    fileOffset,
    dataOffset: fileOffset + descriptorInBytes,
    end: view.uint53(typeInBytes, 'offset of the next'),
  };
}
