import type { AnalyzerData } from 'vmcorekit';
import type { SavedProc } from '../truth/saved-proc.ts';
import type { Comparison } from './difference.ts';
import { PartNames, type SavedProcess, savedText } from './resting-processes.ts';
import { compareSubjects, type Fields } from './subjects.ts';

type Process = NonNullable<AnalyzerData['files']>['processes'][number];

/** Compares the open files with the links of /proc/PID/fd, and with /proc/PID/fdinfo. */
export function compareFiles(
  answer: { readonly processes: readonly Pick<Process, 'pid' | 'files' | 'remarks'>[] },
  processes: readonly SavedProcess[],
  proc: SavedProc,
  hasTypes: boolean = true,
): Comparison {
  const names = new PartNames();
  const truth = new Map<string, Fields>();
  const answered = new Map<string, Fields>();
  const byPid = new Map(answer.processes.map((process) => [process.pid, process]));
  const links = linksByProcess(proc);
  const lacking = new Map<string, string>();
  for (const process of processes) {
    const nameOf = (fd: number): string => names.nameOf(`file ${fd}`, process);
    const { files, remarks: [remark] = [] } = byPid.get(process.pid) ?? {};
    for (const fd of links.get(process.pid) ?? []) {
      truth.set(nameOf(fd), savedFile(proc, process.pid, fd));
      if (remark !== undefined && !hasTypes) {
        lacking.set(nameOf(fd), `files says what it lacks: ${remark}`);
      }
    }
    for (const file of files ?? []) {
      answered.set(nameOf(file.fd), {
        path: file.isComplete ? `${file.path}${file.deleted ? ' (deleted)' : ''}` : undefined,
        flags: file.flags.toString(8),
        position: file.positionInBytes,
        mount: file.mountId,
        inode: file.inodeNumber,
      });
    }
  }
  return compareSubjects(
    truth,
    answered,
    (subject, _saved, found) =>
      names.proofOf(subject) ?? (found === undefined ? lacking.get(subject) : undefined),
  );
}

function linksByProcess(proc: SavedProc): ReadonlyMap<number, readonly number[]> {
  const links = new Map<number, number[]>();
  for (const path of Object.keys(proc.links)) {
    const match = /^\/proc\/(\d+)\/fd\/(\d+)$/.exec(path);
    if (match !== null) {
      const pid = Number(match[1]);
      links.set(pid, [...(links.get(pid) ?? []), Number(match[2])]);
    }
  }
  return links;
}

function savedFile(proc: SavedProc, pid: number, fd: number): Fields {
  const info = savedText(proc, `/proc/${pid}/fdinfo/${fd}`) ?? '';
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}:\\s+(\\d+)$`, 'm').exec(info)?.[1];
  const number = (name: string): number | undefined => {
    const text = field(name);
    return text === undefined ? undefined : Number(text);
  };
  return {
    path: proc.links[`/proc/${pid}/fd/${fd}`],
    flags: field('flags')?.replace(/^0+(?=.)/, ''),
    position: number('pos'),
    mount: number('mnt_id'),
    inode: number('ino'),
  };
}
