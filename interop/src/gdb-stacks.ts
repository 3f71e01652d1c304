import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A frame as gdb finds it, inlined functions left out. */
export interface GdbFrame {
  readonly address: string;
  /** The symbol at its very address, as `info symbol` has it; null where none is there. */
  readonly symbol: string | null;
  /** gdb's name of its function; null where it has none, as after an interrupt. */
  readonly name: string | null;
}

/** A thread of a task. */
export interface GdbStack {
  readonly pid: number;
  readonly frames: readonly GdbFrame[];
  /** Why gdb found no more: its own words. */
  readonly end: string;
}

const script = `
import gdb, json, re
listed = gdb.execute('info threads', to_string=True)
pids = {int(n): int(pid) for n, pid in re.findall(r'^[ *] +(\\d+) .*?\\(pid (\\d+)', listed, re.M)}
def stack(thread):
    thread.switch()
    frames, end = [], 'none'
    try:
        frame = gdb.newest_frame()
        while frame is not None and len(frames) < 64:
            if frame.type() != gdb.INLINE_FRAME:
                named = gdb.execute('info symbol %d' % frame.pc(), to_string=True)
                symbol = named.split(' ')[0] if ' in section ' in named else None
                frames.append({'address': hex(frame.pc()), 'symbol': symbol, 'name': frame.name()})
            end = gdb.frame_stop_reason_string(frame.unwind_stop_reason())
            frame = frame.older()
    except gdb.error as error:
        end = str(error)
    return {'pid': pids[thread.num], 'frames': frames, 'end': end}
threads = sorted(gdb.selected_inferior().threads(), key=lambda thread: thread.num)
of_tasks = [thread for thread in threads if thread.num in pids]
print('STACKS ' + json.dumps([stack(thread) for thread in of_tasks[:limit]]))
`;

/**
 * The stacks of the tasks, or of the first of them, in the order of gdb's threads. `gdb` runs
 * commands on a dump that it is attached to; `folder` is for the script.
 */
export function stacksOfGdb(
  gdb: (...commands: readonly string[]) => string,
  folder: string,
  limit: number = 100_000,
): readonly GdbStack[] {
  const file = join(folder, 'stacks.py');
  writeFileSync(file, `limit = ${limit}\n${script}`);
  const output = gdb(`source ${file}`);
  return JSON.parse(/^STACKS (.*)$/m.exec(output)?.[1] ?? '[]') as readonly GdbStack[];
}
