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

/** Pids are given in rising order, so a greater one is of a task that started later. */
export function greatestPid(proc: SavedProc): number {
  return Object.keys(proc.secondLook).reduce(
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
    voluntarySwitches: (second ?? first).voluntarySwitches,
    involuntarySwitches: (second ?? first).involuntarySwitches,
    stack: stack === undefined ? undefined : parseStack(decodeSaved(stack)),
    movedBetweenLooks: second === undefined ? 'it ended' : whatMoved(first, second),
  };
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
  const text = decodeSaved(stat);
  // A name may hold spaces and parentheses; what follows its last one cannot.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const number = (index: number): number => Number(fields[index - 3]); // proc(5) counts from 1.
  const statusText = decodeSaved(status);
  const count = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)$`, 'm').exec(statusText)?.[1] ?? Number.NaN);
  return {
    state: fields[0] ?? '',
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
