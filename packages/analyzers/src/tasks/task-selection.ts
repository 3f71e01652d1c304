import { printable, type Task } from '@vmcorekit/core';

/** A pid has at most seven digits, all decimal. On s390x a task may lie as low as 0x2a8000. */
const addressShape = /^(?:0x[0-9a-f]{1,16}|(?=\d*[a-f]|\d{8})[0-9a-f]{1,16})$/i;

/** Which tasks are asked for. */
export interface TaskSelection {
  readonly words: readonly string[];
  readonly processes: boolean;
  readonly kernel: boolean;
  readonly user: boolean;
}

export function selectionOf({
  select,
  ...flags
}: Omit<TaskSelection, 'words'> & { readonly select: string | null }): TaskSelection {
  return { ...flags, words: wordsOf(select) };
}

/** The words of an option's text, which has spaces between them. */
export function wordsOf(text: string | null): string[] {
  return text?.split(' ').filter((word) => word !== '') ?? [];
}

/** The tasks that one of the words names; all where there are none. */
export function tasksNamed<Of extends Task>(tasks: readonly Of[], words: readonly string[]): Of[] {
  const selection = { words, processes: false, kernel: false, user: false };
  return tasks.filter((task) => isWanted(task, selection));
}

/**
 * A word is the pid of a task, its name, or its address in hexadecimal. A name is not cut off: the
 * kernel keeps 15 bytes of it.
 */
export function isWanted(task: Task, { words, processes, kernel, user }: TaskSelection): boolean {
  return (
    (!processes || task.pid === task.tgid) &&
    (kernel === user || task.kernelThread === kernel) &&
    (words.length === 0 || words.some((word) => isNamedBy(task, word)))
  );
}

/** The words of a selection that name none of the tasks. */
export function unmetWords(
  tasks: readonly Task[],
  { words }: Pick<TaskSelection, 'words'>,
): readonly string[] {
  return words.filter((word) => !tasks.some((task) => isNamedBy(task, word)));
}

/** A sentence for each word that names none of the tasks. */
export function unmetRemarks(tasks: readonly Task[], words: readonly string[]): string[] {
  return unmetWords(tasks, { words }).map(
    (word) => `no task has the pid, name or address ${printable(word)}`,
  );
}

function isNamedBy({ pid, comm, address }: Task, word: string): boolean {
  return (
    comm === word ||
    (/^\d+$/.test(word) && Number(word) === pid) ||
    (addressShape.test(word) && BigInt(`0x${word.replace(/^0x/i, '')}`) === address)
  );
}
