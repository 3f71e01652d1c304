import type { SavedProc, SavedText } from '../truth/saved-proc.ts';

/** A frame of /proc/PID/stack. */
export interface SavedFrame {
  readonly symbol: string;
  readonly offset: number;
  readonly module: string | null;
}

/** A thread, as the guest's /proc described it. */
export interface SavedTask {
  readonly pid: number;
  readonly tgid: number;
  readonly ppid: number;
  readonly comm: string;
  /** One letter. */
  readonly state: string;
  /** The CPU that it last ran on. */
  readonly cpu: number;
  readonly kernelThread: boolean;
  readonly uid: number;
  readonly gid: number;
  readonly euid: number;
  readonly egid: number;
  readonly nice: number;
  readonly virtualSizeInBytes: number;
  /**
   * As a walk of its page tables counts it: up to Linux 6.1, stat and status lack what the kernel
   * counts by thread. undefined: the guest could not read it.
   */
  readonly residentSizeInBytes: number | undefined;
  /** Since boot, in hundredths of a second. */
  readonly startTimeInTicks: number;
  readonly minorFaults: number;
  readonly majorFaults: number;
  /** At the second look, the nearer to the dump; at the first where there is no second. */
  readonly voluntarySwitches: number;
  readonly involuntarySwitches: number;
  /** undefined: the guest could not read it. */
  readonly stack: readonly SavedFrame[] | undefined;
  /** What differs between the guest's two looks; undefined: nothing does. */
  readonly movedBetweenLooks: string | undefined;
}

const kernelThreadFlag = 0x00200000; // PF_KTHREAD; Linux, include/linux/sched.h

/** A text of the guest as a UTF-8 reader sees it. */
export function decodeSaved(text: SavedText): string {
  return typeof text === 'string'
    ? text
    : new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.from(text.latin1, 'latin1'));
}

/** Every thread that the first look met, by its pid. */
export function readSavedTasks(proc: SavedProc): ReadonlyMap<number, SavedTask> {
  const tasks = new Map<number, SavedTask>();
  for (const path of Object.keys(proc.files)) {
    const match = /^\/proc\/(\d+)\/task\/(\d+)\/stat$/.exec(path);
    if (match !== null) {
      const folder = path.slice(0, -'/stat'.length);
      const task = readTask(proc, folder, Number(match[1]), Number(match[2]));
      if (task !== undefined) {
        tasks.set(task.pid, task);
      }
    }
  }
  return tasks;
}

/** Pids are given in rising order: a greater one is of a task that started after the first look. */
export function greatestPid(proc: SavedProc): number {
  return Object.keys(proc.files).reduce(
    (greatest, path) => Math.max(greatest, Number(/\/task\/(\d+)\/stat$/.exec(path)?.[1] ?? 0)),
    0,
  );
}

function readTask(
  proc: SavedProc,
  folder: string,
  tgid: number,
  pid: number,
): SavedTask | undefined {
  const first = readLook(proc.files, folder);
  if (first === undefined) {
    return undefined;
  }
  const second = readLook(proc.secondLook, folder);
  const stack = proc.files[`${folder}/stack`];
  return {
    pid,
    tgid,
    ppid: first.ppid,
    comm: decodeSaved(proc.files[`${folder}/comm`] ?? '').replace(/\n$/, ''),
    state: first.state,
    cpu: first.cpu,
    kernelThread: (first.flags & kernelThreadFlag) !== 0,
    ...readConstants(proc, folder),
    residentSizeInBytes: readResidentSize(proc.files[`/proc/${tgid}/smaps_rollup`]),
    voluntarySwitches: (second ?? first).voluntarySwitches,
    involuntarySwitches: (second ?? first).involuntarySwitches,
    stack: stack === undefined ? undefined : parseStack(decodeSaved(stack)),
    movedBetweenLooks: second === undefined ? 'it ended' : whatMoved(first, second),
  };
}

function readConstants(
  proc: SavedProc,
  folder: string,
): Pick<SavedTask, keyof typeof placesInStat | 'uid' | 'gid' | 'euid' | 'egid'> {
  const fields = statFields(decodeSaved(proc.files[`${folder}/stat`] ?? ''));
  const status = decodeSaved(proc.files[`${folder}/status`] ?? '');
  const identifiers = (name: string): readonly number[] =>
    (new RegExp(`^${name}:\\s+(.*)$`, 'm').exec(status)?.[1] ?? '').split('\t').map(Number);
  const [uid = Number.NaN, euid = Number.NaN] = identifiers('Uid');
  const [gid = Number.NaN, egid = Number.NaN] = identifiers('Gid');
  const number = (name: keyof typeof placesInStat): number => Number(fields(placesInStat[name]));
  return {
    ...{ uid, euid, gid, egid },
    nice: number('nice'),
    virtualSizeInBytes: number('virtualSizeInBytes'),
    startTimeInTicks: number('startTimeInTicks'),
    minorFaults: number('minorFaults'),
    majorFaults: number('majorFaults'),
  };
}

/** Counted from 1, as in proc(5). */
const placesInStat = {
  minorFaults: 10,
  majorFaults: 12,
  nice: 19,
  startTimeInTicks: 22,
  virtualSizeInBytes: 23,
} as const;

function readResidentSize(smapsRollup: SavedText | undefined): number | undefined {
  const match = /^Rss:\s+(\d+) kB$/m.exec(decodeSaved(smapsRollup ?? ''));
  return match === null ? undefined : Number(match[1]) * 1024;
}

/** A name may hold spaces and parentheses; what follows its last one cannot. */
function statFields(text: string): (place: number) => string {
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (place) => fields[place - 3] ?? '';
}

interface Look {
  readonly state: string;
  readonly ppid: number;
  readonly flags: number;
  readonly ticks: number;
  readonly cpu: number;
  readonly voluntarySwitches: number;
  readonly involuntarySwitches: number;
}

function readLook(files: Readonly<Record<string, SavedText>>, folder: string): Look | undefined {
  const stat = files[`${folder}/stat`];
  const status = files[`${folder}/status`];
  if (stat === undefined || status === undefined) {
    return undefined;
  }
  const fields = statFields(decodeSaved(stat));
  const number = (place: number): number => Number(fields(place));
  const statusText = decodeSaved(status);
  const count = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)$`, 'm').exec(statusText)?.[1] ?? Number.NaN);
  return {
    state: fields(3),
    ppid: number(4),
    flags: number(9),
    ticks: number(14) + number(15),
    cpu: number(39),
    voluntarySwitches: count('voluntary_ctxt_switches'),
    involuntarySwitches: count('nonvoluntary_ctxt_switches'),
  };
}

function whatMoved(first: Look, second: Look): string | undefined {
  const fields = ['state', 'ticks', 'voluntarySwitches', 'involuntarySwitches'] as const;
  const moved = fields.find((field) => first[field] !== second[field]);
  return moved === undefined
    ? undefined
    : `its ${moved} went from ${first[moved]} to ${second[moved]} between the guest's two looks`;
}

function parseStack(text: string): readonly SavedFrame[] {
  return text.split('\n').flatMap((line) => {
    const match = /^\[<\w+>\] (.+)\+0x([0-9a-f]+)\/0x[0-9a-f]+(?: \[(\w+)\])?$/.exec(line);
    return match === null
      ? []
      : [
          {
            symbol: match[1] ?? '',
            offset: Number.parseInt(match[2] ?? '', 16),
            module: match[3] ?? null,
          },
        ];
  });
}
