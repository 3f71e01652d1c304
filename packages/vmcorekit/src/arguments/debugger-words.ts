/** What crash's commands show, and vmcorekit does not. A debugger needs a vmlinux for them. */
const shown: readonly (readonly [what: string, words: string])[] = [
  ['the whole kernel', 'crash drgn gdb open'],
  ['signals, and who waits or uses a file', 'sig fuser waitq'],
  ['IPC objects', 'ipcs sbitmapq'],
];

const whatOf = new Map(
  shown.flatMap(([what, words]) => words.split(' ').map((word) => [word, what] as const)),
);

/** Says which tool does what the word asks for; undefined where it is no word of a debugger. */
export function debuggerAdvice(word: string): string | undefined {
  const what = whatOf.get(word);
  return what === undefined
    ? undefined
    : `crash and drgn show ${what}; 'vmcorekit probe DUMP' names the command to open it with`;
}
