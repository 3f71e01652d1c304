import { type Damage, type Progress, VmcorekitError } from '@vmcorekit/core';
import { type ChunkTable, maxChunks, readChunkTable } from './chunk-table.ts';
import { damageIn } from './damage-in.ts';
import type { Segment, SegmentSet } from './open-set.ts';
import type { Section } from './sections.ts';

/** The chunks of one table, which follow each other in the image. */
export interface ChunkRun extends ChunkTable {
  readonly segment: Segment;
}

export interface ChunkRuns {
  /** In order. A sentence in place of an unknown number of chunks that are lost. */
  readonly runs: readonly (ChunkRun | string)[];
  readonly damage: readonly Damage[];
}

/**
 * Reads the tables of all segments. A damaged one is replaced by the copy after it. Throws
 * `unsupported` for more chunks than an index is kept of.
 */
export function* readTables({ members }: SegmentSet): Generator<Progress, ChunkRuns, void> {
  const runs: (ChunkRun | string)[] = [];
  const damage: Damage[] = [];
  let count = 0;
  for (const [index, member] of members.entries()) {
    if (typeof member === 'string') {
      runs.push(member);
      continue;
    }
    for (const [at, section] of member.all.entries()) {
      if (section.type !== 'table') {
        continue;
      }
      yield {
        kind: 'progress',
        doing: 'reading the chunk tables of an EWF set',
        fraction: index / members.length,
      };
      const run = readRun(member, section, member.all[at + 1], damage);
      count += typeof run === 'string' ? 0 : run.count;
      checkCount(count);
      runs.push(run);
    }
    if (member.stopped !== null) {
      runs.push(`${member.name} cannot be followed: ${member.stopped.message}`);
    }
  }
  return { runs, damage };
}

function readRun(
  segment: Segment,
  section: Section,
  next: Section | undefined,
  damage: Damage[],
): ChunkRun | string {
  try {
    return { segment, ...readChunkTable(segment.source, section) };
  } catch (error) {
    const { message } = damageIn(error);
    const because = `in ${segment.name}, ${message}`;
    if (next?.type !== 'table2') {
      return because;
    }
    try {
      const run = { segment, ...readChunkTable(segment.source, next) };
      damage.push({
        name: 'chunk-table-damaged',
        loses: 'nothing',
        detail: `${because}; its copy is used`,
        fileOffset: section.fileOffset,
      });
      return run;
    } catch (second) {
      return `${because}; and so is its copy: ${damageIn(second).message}`;
    }
  }
}

function checkCount(count: number): void {
  if (count > maxChunks) {
    throw new VmcorekitError('unsupported', {
      what: `an EWF set of more than ${maxChunks} chunks`,
      advice: 'export it first: ewfexport -f raw FILE',
    });
  }
}
