import type { AnalyzerData } from 'vmcorekit';
import type { SavedProc } from '../truth/saved-proc.ts';
import type { Comparison } from './difference.ts';
import { savedRows, savedText } from './resting-processes.ts';
import { asSet, compareSubjects, type Fields } from './subjects.ts';

type Module = NonNullable<AnalyzerData['mod']>['modules'][number];
type AnsweredModule = Pick<
  Module,
  'name' | 'uses' | 'usedBy' | 'state' | 'taints' | 'buildId' | 'details'
>;

/** The names of the modules that the guest had. */
export function namesOfModules(proc: SavedProc): readonly string[] {
  return savedRows(proc, '/proc/modules').flatMap(([name]) => (name === undefined ? [] : [name]));
}

/** Compares the details of each module with /proc/modules and /sys/module. */
export function compareModuleDetails(
  answer: { readonly modules: readonly AnsweredModule[] },
  proc: SavedProc,
  hasTypes: boolean = true,
): Comparison {
  const names = new Set(namesOfModules(proc));
  const truth = new Map([
    ...savedRows(proc, '/proc/modules').map((row) => savedModule(row, proc)),
    ...Object.keys(proc.files).flatMap((path) => savedPart(path, proc, names)),
  ]);
  const answered = new Map<string, Fields>();
  const unknown = new Set<string>();
  for (const { name, uses, usedBy, state, taints, buildId, details } of answer.modules) {
    const users = usedBy === null ? null : asSet(usedBy);
    answered.set(`module ${name}`, { uses, state, taints, buildId, usedBy: users });
    if (!hasTypes && (details?.sections?.length ?? 0) === 0) {
      unknown.add(name);
    }
    for (const { name: section, address } of details?.sections ?? []) {
      answered.set(partName('sections', section, name), { address });
    }
    for (const { name: parameter, value } of details?.parameters ?? []) {
      const part = partName('parameters', parameter, name);
      // Those without rights have no file in /sys.
      if (truth.has(part)) {
        answered.set(part, { value });
      }
    }
  }
  return compareSubjects(truth, answered, (subject, _saved, found) => {
    const module = / of module (\S+)$/.exec(subject)?.[1] ?? '';
    return found === undefined && unknown.has(module)
      ? 'mod lists no section of the module, so they are not known'
      : undefined;
  });
}

function partName(kind: string, part: string, module: string): string {
  return `${kind === 'sections' ? 'section' : 'parameter'} ${part} of module ${module}`;
}

/** Source: Linux, kernel/module/procfs.c (m_show): name, size, uses, users, state, base, taints. */
function savedModule(row: readonly string[], proc: SavedProc): readonly [string, Fields] {
  const [name = '', , uses, users = '', state = '', , taints = ''] = row;
  const note = proc.files[`/sys/module/${name}/notes/.note.gnu.build-id`] ?? '';
  const bytes = typeof note === 'string' ? Buffer.from(note) : Buffer.from(note.latin1, 'latin1');
  // After a note's head of 12 bytes, and the name of 4.
  const buildId = bytes.subarray(16).toString('hex');
  return [
    `module ${name}`,
    {
      uses: Number(uses),
      usedBy: asSet(users.split(',').filter((user) => user !== '' && user !== '-')),
      state: state.toLowerCase(),
      taints: taints.replace(/[()]/g, ''),
      buildId: buildId === '' ? undefined : buildId,
    },
  ];
}

function savedPart(
  path: string,
  proc: SavedProc,
  names: ReadonlySet<string>,
): readonly (readonly [string, Fields])[] {
  const match = /^\/sys\/module\/(\w+)\/(sections|parameters)\/(.+)$/.exec(path);
  const [, module = '', kind = '', part = ''] = match ?? [];
  const text = savedText(proc, path)?.replace(/\n$/, '');
  // A folder of /sys/module may be of what is built in.
  if (text === undefined || !names.has(module)) {
    return [];
  }
  const fields =
    kind === 'sections' ? { address: `0x${BigInt(text).toString(16)}` } : { value: text };
  return [[partName(kind, part, module), fields]];
}
