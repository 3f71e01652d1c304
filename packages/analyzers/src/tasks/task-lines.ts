import { printable } from '@vmcorekit/core';
import type { UserTexts } from '@vmcorekit/linux';
import { nameText } from './ps-columns.ts';
import type { PsDetails, PsTask } from './ps-report.ts';
import type { TreeTask } from './task-tree.ts';

const unknown = 'not in the dump';
const pidWidth = 7;
/** Deeper trees do not fit a line. */
const maxIndentation = 30;

/** A task as a line of a tree. */
export function treeLine({ task, depth }: TreeTask): string {
  const indentation = '  '.repeat(Math.min(depth, maxIndentation));
  return `${String(task.pid).padStart(pidWidth)}  ${indentation}${nameText(task)}`;
}

/** A task as a block of lines, as crash's `ps -a` shows it. */
export function taskLines(task: PsTask): string[] {
  const { pid, address, cpu, arguments: own, details } = task;
  return [
    `PID: ${pid}  TASK: ${address.slice(2)}  CPU: ${cpu ?? '–'}  COMMAND: ${nameText(task)}`,
    ...(own === undefined || own === null
      ? []
      : [
          ...textsLines('ARG', own.commandLine, ' '),
          ...textsLines('ENV', own.environment, undefined),
        ]),
    ...(details === undefined ? [] : detailLines(details)),
    '',
  ];
}

function textsLines(
  head: string,
  found: UserTexts | null,
  separator: string | undefined,
): string[] {
  if (found === null) {
    return [`${head}: ${unknown}`];
  }
  const texts = found.texts.map(printable);
  const shown = separator === undefined ? texts : [texts.join(separator)];
  return [
    ...shown.map(
      (line, index) => `${index === 0 ? `${head}:` : ' '.repeat(head.length + 1)} ${line}`,
    ),
    ...(found.because === null ? [] : [`${' '.repeat(head.length + 1)} (${found.because})`]),
  ];
}

function detailLines(details: PsDetails): string[] {
  const { fullName, executable, workingFolder, root, cgroup, namespaces, pids } = details;
  const pathText = (file: PsDetails['executable']) =>
    file === null ? '–' : `${printable(file.path)}${file.isDeleted ? ' (deleted)' : ''}`;
  const listText = (values: Readonly<Record<string, number | string | null>>) =>
    Object.entries(values)
      .map(([name, value]) => `${name}=${value ?? '–'}`)
      .join(' ');
  return [
    `NAME: ${fullName === null ? '–' : printable(fullName)}`,
    `EXE: ${pathText(executable)}  CWD: ${pathText(workingFolder)}  ROOT: ${pathText(root)}`,
    `CGROUP: ${cgroup === null ? '–' : printable(cgroup)}  PIDS: ${pids.join(' ')}`,
    `NS: ${listText(namespaces)}`,
    `CAPS: ${details.capabilities === null ? '–' : listText(details.capabilities)}`,
  ];
}
