import type { AnalyzerData } from 'vmcorekit';
import type { SavedProc } from '../truth/saved-proc.ts';
import type { Comparison } from './difference.ts';
import { savedText } from './resting-processes.ts';
import { compareSubjects, type Fields } from './subjects.ts';

type Mount = NonNullable<AnalyzerData['mount']>['mounts'][number];
type AnsweredMount = Omit<Mount, 'mount' | 'superBlock' | 'isReachable'>;

/** The options that the kernel keeps for every kind of file system; Linux, fs/proc_namespace.c. */
const generalOptions = ['rw', 'ro', 'sync', 'dirsync', 'mand', 'lazytime'];

/** Compares the mounts of every namespace with /proc/PID/mountinfo. */
export function compareMounts(
  answer: { readonly mounts: readonly AnsweredMount[] },
  proc: SavedProc,
): Comparison {
  const truth = new Map<string, Fields>();
  const outside = new Set<string>();
  for (const [namespace, pid] of witnesses(proc)) {
    const lines = (savedText(proc, `/proc/${pid}/mountinfo`) ?? '').split('\n');
    const mounts = lines.filter((line) => line !== '').map(parseMount);
    for (const { id, parentId, fields } of mounts) {
      truth.set(nameOf(id, namespace), { parentId, ...fields });
      if (!mounts.some((mount) => mount.id === parentId)) {
        outside.add(nameOf(parentId, namespace));
      }
    }
  }
  const answered = new Map(
    answer.mounts.map((mount) => [nameOf(mount.id, mount.namespace), answeredFields(mount)]),
  );
  // What is below that mount is not shown either: Linux 7 begins with a `nullfs`.
  for (const { id, parentId, namespace } of answer.mounts) {
    if (parentId !== null && outside.has(nameOf(id, namespace))) {
      outside.add(nameOf(parentId, namespace));
    }
  }
  return compareSubjects(truth, answered, (subject) =>
    outside.has(subject) ? 'the root of the process that read /proc is mounted on it' : undefined,
  );
}

function nameOf(id: number, namespace: number | null): string {
  return `mount ${id} of namespace ${namespace}`;
}

/** One process of each namespace that sees all of it: its root is that of the namespace. */
function witnesses(proc: SavedProc): ReadonlyMap<number, string> {
  const found = new Map<number, string>();
  for (const [path, target] of Object.entries(proc.links)) {
    const pid = /^\/proc\/(\d+)\/ns\/mnt$/.exec(path)?.[1];
    if (pid !== undefined && proc.links[`/proc/${pid}/root`] === '/') {
      found.set(Number(/\d+/.exec(target)?.[0]), pid);
    }
  }
  return found;
}

/** A line of mountinfo; Linux, Documentation/filesystems/proc.rst, 3.5. */
function parseMount(line: string): {
  readonly id: number;
  readonly parentId: number;
  readonly fields: Fields;
} {
  const [first, second] = line.split(' - ');
  const [id, parentId, device, root, path, options, ...tags] = (first ?? '').split(' ');
  const [type, source, superOptions] = (second ?? '').split(' ');
  const tag = (name: string): number | undefined => {
    const found = tags.find((each) => each.startsWith(`${name}:`));
    return found === undefined ? undefined : Number(found.slice(name.length + 1));
  };
  const fields = {
    device,
    rootInFileSystem: unescaped(root),
    path: unescaped(path),
    options,
    type,
    source: unescaped(source),
    fileSystemOptions: (superOptions ?? '')
      .split(',')
      .filter((option) => generalOptions.includes(option))
      .join(','),
    sharedGroup: tag('shared') ?? 0,
    masterGroup: tag('master') ?? 0,
    isUnbindable: tags.includes('unbindable'),
  };
  return { id: Number(id), parentId: Number(parentId), fields };
}

function answeredFields(mount: AnsweredMount): Fields {
  const { parentId, device, rootInFileSystem, path, type, source, isUnbindable } = mount;
  return {
    ...{ parentId, device, rootInFileSystem, path, type, source, isUnbindable },
    options: mount.options.join(','),
    fileSystemOptions: mount.fileSystemOptions?.join(','),
    sharedGroup: mount.sharedGroup ?? 0,
    masterGroup: mount.masterGroup ?? 0,
  };
}

/** The kernel writes a space as `\040`. */
function unescaped(text: string | undefined): string | undefined {
  return text?.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
