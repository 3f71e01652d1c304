import type { AnalyzerData } from 'vmcorekit';
import { parseIomem } from '../truth/iomem.ts';
import type { SavedProc } from '../truth/saved-proc.ts';
import type { Comparison } from './difference.ts';
import { savedRows, savedText } from './resting-processes.ts';
import { compareSubjects, type Fields } from './subjects.ts';

type Dev = NonNullable<AnalyzerData['dev']>;
type SwapDevices = NonNullable<NonNullable<AnalyzerData['kmem']>['swap']>;

/** Compares device numbers, disks, swap, I/O ports and memory with what /proc says of them. */
export function compareDevices(
  answers: {
    readonly dev: Pick<Dev, 'characterDevices' | 'blockDrivers' | 'blockDevices'>;
    readonly io: Pick<Dev, 'ports' | 'memory'>;
    readonly swap: SwapDevices;
  },
  proc: SavedProc,
): Comparison {
  const { dev, io, swap } = answers;
  const truth = [
    ...deviceNumbers(savedText(proc, '/proc/devices') ?? ''),
    ...savedRows(proc, '/proc/partitions')
      .slice(1)
      .map(([major, minor, blocks, name]) =>
        subject(`disk ${major}:${minor}`, { blocks: Number(blocks), name }),
      ),
    ...savedRows(proc, '/proc/swaps')
      .slice(1)
      .map(([path, type, size, used, priority]) =>
        subject(`swap ${path}`, {
          ...{ type, size: Number(size), used: Number(used), priority: Number(priority) },
        }),
      ),
    ...resources('port', savedText(proc, '/proc/ioports') ?? ''),
    ...resources('memory', savedText(proc, '/proc/iomem') ?? ''),
  ];
  const answered = [
    ...numbered(answeredNumbers('character', dev.characterDevices)),
    ...numbered(answeredNumbers('block', dev.blockDrivers)),
    ...(dev.blockDevices ?? [])
      .filter(({ size }) => Number(size) > 0)
      .map((row) =>
        subject(`disk ${String(row.major)}:${String(row.minor)}`, {
          blocks: Number(row.size) / 1024,
          name: String(row.name),
        }),
      ),
    ...swap.map(({ path, type, size, used, priority }) =>
      subject(`swap ${path}`, { type, size, used, priority }),
    ),
    ...answeredResources('port', io.ports ?? []),
    ...answeredResources('memory', io.memory ?? []),
  ];
  const version = savedText(proc, '/proc/version') ?? '';
  return compareSubjects(new Map(truth), new Map(answered), (name, _saved, found) =>
    found === undefined && name.startsWith('disk ') && isBefore511(version)
      ? 'before Linux 5.11, dev finds only disks that are open'
      : undefined,
  );
}

function isBefore511(version: string): boolean {
  const [, major, minor] = /^Linux version (\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) < 5 || (Number(major) === 5 && Number(minor) < 11);
}

type Subject = readonly [name: string, fields: Fields];

function subject(name: string, fields: Fields): Subject {
  return [name, fields];
}

/** The second of two with the same name is called so. */
function numbered(names: readonly string[]): readonly Subject[] {
  const seen = new Map<string, number>();
  return names.map((name) => {
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return subject(count === 1 ? name : `${name}, again ${count}`, {});
  });
}

function answeredNumbers(kind: string, rows: Dev['ports']): readonly string[] {
  return (rows ?? []).map(({ major, name }) => `${kind} device ${String(major)} ${String(name)}`);
}

function bare(address: unknown): string {
  return String(address).slice(2);
}

function deviceNumbers(text: string): readonly Subject[] {
  const [character = '', block = ''] = text.split('Block devices:');
  const names = (part: string, kind: string): readonly string[] =>
    [...part.matchAll(/^ *(\d+) (.*)$/gm)].map(
      ([, major, name]) => `${kind} device ${major} ${name}`,
    );
  return numbered([...names(character, 'character'), ...names(block, 'block')]);
}

/** Source: Linux, kernel/resource.c (r_show), which shows 5 levels. */
function resources(kind: string, text: string): readonly Subject[] {
  return numbered(
    parseIomem(text).map(
      ({ start, end, depth, name }) =>
        `${kind} ${short(start)}-${short(end)} ${name} at level ${depth}`,
    ),
  );
}

function answeredResources(kind: string, rows: NonNullable<Dev['ports']>): readonly Subject[] {
  return numbered(
    rows
      .filter(({ depth }) => Number(depth) < 5)
      .map(
        ({ start, end, name, depth }) =>
          `${kind} ${bare(start)}-${bare(end)} ${String(name)} at level ${String(depth)}`,
      ),
  );
}

function short(address: string): string {
  return BigInt(address).toString(16);
}
