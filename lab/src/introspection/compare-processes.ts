import type { AnalyzerData } from 'vmcorekit';
import type { SavedProc } from '../truth/saved-proc.ts';
import type { Comparison } from './difference.ts';
import { type SavedProcess, savedText } from './resting-processes.ts';
import { compareSubjects, type Fields } from './subjects.ts';

type Task = NonNullable<AnalyzerData['ps']>['tasks'][number];

/** Compares command lines, environments, places, namespaces, cgroups and capabilities. */
export function compareProcesses(
  answer: { readonly tasks: readonly Pick<Task, 'pid' | 'arguments' | 'details'>[] },
  processes: readonly SavedProcess[],
  proc: SavedProc,
): Comparison {
  const tasks = new Map(answer.tasks.map((task) => [task.pid, task]));
  const subjects = new Map(processes.map((process) => [process.subject, process]));
  const truth = new Map(processes.map((process) => [process.subject, savedFields(proc, process)]));
  const answered = new Map(
    processes.flatMap(({ pid, subject }) => {
      const task = tasks.get(pid);
      return task === undefined ? [] : [[subject, answeredFields(task)] as const];
    }),
  );
  return compareSubjects(truth, answered, (subject) => subjects.get(subject)?.moved);
}

/** By the letters of /proc/PID/status. */
const capabilitySets = {
  inheritable: 'CapInh',
  permitted: 'CapPrm',
  effective: 'CapEff',
  bounding: 'CapBnd',
  ambient: 'CapAmb',
} as const;

function savedFields(proc: SavedProc, { pid, kernelThread }: SavedProcess): Fields {
  const folder = `/proc/${pid}`;
  const status = savedText(proc, `${folder}/status`) ?? '';
  const statusField = (name: string): string | undefined =>
    new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(status)?.[1];
  const link = (name: string): string | undefined => proc.links[`${folder}/${name}`];
  const texts = (name: string): string | undefined =>
    kernelThread ? undefined : showTexts(savedText(proc, `${folder}/${name}`));
  return {
    commandLine: texts('cmdline'),
    environment: texts('environ'),
    executable: link('exe'),
    workingFolder: link('cwd'),
    root: link('root'),
    cgroup: /^0::(.*)$/m.exec(savedText(proc, `${folder}/cgroup`) ?? '')?.[1],
    pids: statusField('NSpid')?.split('\t').join(' '),
    ...Object.fromEntries(
      Object.entries(capabilitySets).map(([name, letters]) => {
        const mask = statusField(letters);
        return [name, mask === undefined ? undefined : `0x${BigInt(`0x${mask}`).toString(16)}`];
      }),
    ),
    ...Object.fromEntries(
      namespaceNames.map((name) => [
        `namespace ${name}`,
        /\[(\d+)\]$/.exec(link(`ns/${name}`) ?? '')?.[1],
      ]),
    ),
  };
}

const namespaceNames = [
  ...['cgroup', 'ipc', 'mnt', 'net', 'pid', 'pid_for_children', 'time', 'time_for_children'],
  ...['user', 'uts'],
] as const;

function answeredFields({
  arguments: asked,
  details,
}: Pick<Task, 'arguments' | 'details'>): Fields {
  const namespaces = new Map(Object.entries(details?.namespaces ?? {}));
  const place = (name: 'executable' | 'workingFolder' | 'root'): string | undefined => {
    const path = details?.[name];
    return path?.isComplete ? `${path.path}${path.isDeleted ? ' (deleted)' : ''}` : undefined;
  };
  return {
    commandLine: showAnswered(asked?.commandLine),
    environment: showAnswered(asked?.environment),
    executable: place('executable'),
    workingFolder: place('workingFolder'),
    root: place('root'),
    cgroup: details?.cgroup,
    pids: details?.pids.length === 0 ? undefined : details?.pids.join(' '),
    ...details?.capabilities,
    ...Object.fromEntries(
      namespaceNames.map((name) => [`namespace ${name}`, namespaces.get(name)?.toString()]),
    ),
  };
}

/** Each text ends with a NUL. */
function showTexts(text: string | undefined): string | undefined {
  return text === undefined ? undefined : JSON.stringify(text.replace(/\0$/, '').split('\0'));
}

/** What could be read of only a part claims nothing. */
function showAnswered(
  answered:
    | { readonly texts: readonly string[]; readonly because: string | null }
    | null
    | undefined,
): string | undefined {
  return answered === null || answered === undefined || answered.because !== null
    ? undefined
    : JSON.stringify(answered.texts.length === 0 ? [''] : answered.texts);
}
