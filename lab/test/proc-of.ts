import type { SavedProcess } from '@vmcorekit/lab/introspection/resting-processes';
import type { SavedProc, SavedText } from '@vmcorekit/lab/truth/saved-proc';

/** What a guest saved: these files and links alone. */
export function procOf(
  files: Readonly<Record<string, SavedText>>,
  links: Readonly<Record<string, string>> = {},
): SavedProc {
  return {
    schema: 1,
    startedAt: '',
    savedBy: 99,
    files,
    links,
    secondLook: {},
    load: {},
    bpf: { programs: [1, 2], maps: [3], links: [] },
  };
}

/** A process at rest, and one that moved. */
export const resting: SavedProcess = {
  pid: 12,
  subject: 'task 12 "sleeper"',
  kernelThread: false,
  moved: undefined,
};
export const moving: SavedProcess = {
  ...resting,
  pid: 13,
  subject: 'task 13 "x"',
  moved: 'it ran',
};
