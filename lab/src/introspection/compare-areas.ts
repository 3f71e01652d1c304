import type { AnalyzerData } from 'vmcorekit';
import type { SavedProc } from '../truth/saved-proc.ts';
import type { Comparison } from './difference.ts';
import { PartNames, type SavedProcess, savedText } from './resting-processes.ts';
import { compareSubjects, type Fields } from './subjects.ts';

type Area = NonNullable<AnalyzerData['vm']>['virtualMemoryAreas'][number];
type AnsweredArea = Omit<Area, 'address' | 'sizeInBytes' | 'kernelFlags'>;

/** Compares the memory areas of each process with /proc/PID/maps. */
export function compareAreas(
  answers: ReadonlyMap<number, { readonly virtualMemoryAreas: readonly AnsweredArea[] } | null>,
  processes: readonly SavedProcess[],
  proc: SavedProc,
): Comparison {
  const names = new PartNames();
  const truth = new Map<string, Fields>();
  const answered = new Map<string, Fields>();
  for (const process of processes) {
    const nameOf = (start: string): string => names.nameOf(`area ${start}`, process);
    for (const [start, fields] of parseMaps(savedText(proc, `/proc/${process.pid}/maps`) ?? '')) {
      truth.set(nameOf(start), fields);
    }
    for (const area of answers.get(process.pid)?.virtualMemoryAreas ?? []) {
      answered.set(nameOf(area.start), answeredFields(area));
    }
  }
  return compareSubjects(truth, answered, (subject) => names.proofOf(subject));
}

/** The processes that have memory, by /proc/PID/maps. */
export function pidsOfMemory(
  processes: readonly SavedProcess[],
  proc: SavedProc,
): readonly number[] {
  return processes
    .filter(
      ({ pid, moved }) =>
        moved === undefined && (savedText(proc, `/proc/${pid}/maps`) ?? '') !== '',
    )
    .map(({ pid }) => pid);
}

function parseMaps(text: string): readonly (readonly [start: string, Fields])[] {
  return text.split('\n').flatMap((line) => {
    const match =
      /^([0-9a-f]+)-([0-9a-f]+) (\S{4}) ([0-9a-f]+) ([0-9a-f]+):([0-9a-f]+) (\d+) *(.*)$/.exec(
        line,
      );
    if (match === null) {
      return [];
    }
    const [, start, end, flags, offset, major, minor, inode, name = ''] = match;
    const isVsyscall = name === '[vsyscall]';
    const fields = {
      end: hexadecimal(end),
      flags,
      offset: hexadecimal(offset),
      device: `${Number.parseInt(major ?? '', 16)}:${Number.parseInt(minor ?? '', 16)}`,
      inode: Number(inode),
      name: name.replaceAll('\\012', '\n'),
    };
    // No area of the process: the kernel adds a line for its gate page.
    return isVsyscall ? [] : [[hexadecimal(start), fields] as const];
  });
}

function answeredFields(area: AnsweredArea): Fields {
  const path = area.path === null ? null : `${area.path}${area.deleted ? ' (deleted)' : ''}`;
  const { end, flags, offset } = area;
  return {
    ...{ end, flags, offset },
    ...(area.file === null
      ? { device: '0:0', inode: 0, name: area.name ?? '' }
      : { device: area.device, inode: area.inodeNumber, name: area.name ?? path }),
  };
}

function hexadecimal(digits: string | undefined): string {
  return `0x${BigInt(`0x${digits ?? '0'}`).toString(16)}`;
}
