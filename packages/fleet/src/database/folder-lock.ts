import { randomUUID } from 'node:crypto';
import {
  linkSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { VmcorekitError } from '@vmcorekit/core';

/*
 * A lock of a folder that a dead process cannot keep, and that two living ones cannot both get.
 *
 * Lock files are numbered: `lock.1`, `lock.2`, … The one with the highest number counts.
 * 1. A process reads that one. If its holder may live, it is refused.
 * 2. Else it links a finished file as the next number. `link` fails if that exists, so only one of
 *    several processes gets it.
 * 3. It lists the folder again. A slow process may have linked a number that was long passed; it
 *    then sees a higher one, removes its own and starts again.
 * 4. The holder removes lower numbers. It never removes its own, also when it releases the lock: a
 *    slow process that judged an older file must find the number taken.
 */

/** A process, so that no other one passes for it. Null where the system does not say it. */
interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Changes with each start of the machine. */
  readonly boot: string | null;
  /** Where the pid counts: a container has its own. */
  readonly pidNamespace: string | null;
  /** When the process started, so that a pid that was used again is another process. */
  readonly started: string | null;
}

export interface FolderLock {
  release(): void;
}

const pattern = /^lock\.([1-9][0-9]{0,14})$/;

/** Takes the lock of a folder. Throws `io` if another process has it, with its pid. */
export function lockFolder(folder: string): FolderLock {
  const own = ownHolder();
  for (;;) {
    const highest = Math.max(0, ...numbersIn(folder));
    if (highest > 0) {
      refuseIfHeld(folder, join(folder, `lock.${highest}`), own);
    }
    const next = highest + 1;
    const file = join(folder, `lock.${next}`);
    if (linked(folder, file, `${JSON.stringify(own)}\n`)) {
      const numbers = numbersIn(folder);
      if (Math.max(...numbers) === next) {
        for (const number of numbers.filter((each) => each < next)) {
          rmSync(join(folder, `lock.${number}`), { force: true });
        }
        return { release: () => replace(folder, file, 'released\n') };
      }
      rmSync(file, { force: true });
    }
  }
}

function numbersIn(folder: string): number[] {
  return readdirSync(folder).flatMap((name) => {
    const [, digits] = pattern.exec(name) ?? [];
    return digits === undefined ? [] : [Number(digits)];
  });
}

/** Makes the file with its content in one step; false if there is one. */
function linked(folder: string, file: string, content: string): boolean {
  const draft = join(folder, `draft.${randomUUID()}`);
  writeFileSync(draft, content, { flag: 'wx', mode: 0o600 });
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      return false;
    }
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function replace(folder: string, file: string, content: string): void {
  const draft = join(folder, `draft.${randomUUID()}`);
  writeFileSync(draft, content, { flag: 'wx', mode: 0o600 });
  renameSync(draft, file);
}

function refuseIfHeld(folder: string, file: string, own: Holder): void {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return;
    }
    throw error;
  }
  if (text === 'released\n') {
    return;
  }
  const holder = readHolder(text);
  const state = holder === undefined ? 'unknown' : stateOf(holder, own);
  if (state !== 'gone') {
    throw new VmcorekitError('io', { file: folder, because: inUse(holder, state, file) });
  }
}

function inUse(holder: Holder | undefined, state: 'alive' | 'unknown', file: string): string {
  const who =
    holder === undefined
      ? 'another process'
      : `process ${holder.pid}${holder.host === hostname() ? '' : ` on ${holder.host}`}`;
  const advice = state === 'alive' ? '' : ` (if it is gone for certain, remove ${file})`;
  return `in use by ${who}${advice}`;
}

/** `unknown` where the pid means nothing here: another machine, another container. */
function stateOf(holder: Holder, own: Holder): 'alive' | 'gone' | 'unknown' {
  if (holder.host !== own.host) {
    return 'unknown';
  }
  if (holder.boot !== own.boot) {
    return holder.boot === null || own.boot === null ? 'unknown' : 'gone';
  }
  if (holder.pidNamespace !== own.pidNamespace) {
    return 'unknown';
  }
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') {
      return 'gone';
    }
  }
  const started = startOf(holder.pid);
  return holder.started !== null && started !== null && holder.started !== started
    ? 'gone'
    : 'alive';
}

function ownHolder(): Holder {
  return {
    pid: process.pid,
    host: hostname(),
    boot: readText('/proc/sys/kernel/random/boot_id'),
    pidNamespace: readOrNull(() => readlinkSync('/proc/self/ns/pid')),
    started: startOf(process.pid),
  };
}

/** Source: proc_pid_stat(5), field 22, `starttime`; the name before it may hold anything. */
function startOf(pid: number): string | null {
  const stat = readText(`/proc/${pid}/stat`);
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie runs no more, and holds no files.
  return fields?.[0] === 'Z' ? 'ended' : (fields?.[22 - 3] ?? null);
}

function readText(path: string): string | null {
  return readOrNull(() => readFileSync(path, 'utf8').trim());
}

function readOrNull(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function readHolder(text: string): Holder | undefined {
  try {
    const { pid, host, boot, pidNamespace, started } = JSON.parse(text) as Partial<Holder>;
    const isText = (value: unknown) => value === null || typeof value === 'string';
    return Number.isSafeInteger(pid) &&
      typeof host === 'string' &&
      [boot, pidNamespace, started].every(isText)
      ? ({ pid, host, boot, pidNamespace, started } as Holder)
      : undefined;
  } catch {
    return undefined;
  }
}
