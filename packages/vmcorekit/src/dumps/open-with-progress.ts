import { basename } from 'node:path';
import { shownName } from '@vmcorekit/core';
import type { DriveOptions } from '@vmcorekit/engine';
import type { Invocation } from '../command.ts';
import { ProgressLine } from '../terminal/progress-line.ts';

/** What opening needs of a command. */
export type OpeningWorld = Pick<Invocation, 'toolkit' | 'io' | 'global' | 'here'>;

/** Opens something, with progress on stderr. Rejects on Ctrl-C. */
export async function openWithProgress<Opened>(
  { io, global }: OpeningWorld,
  path: string,
  open: (driving: DriveOptions) => Promise<Opened>,
): Promise<Opened> {
  using line = new ProgressLine(io, global.quiet);
  return await open({
    signal: io.signal,
    onProgress: (progress) => line.show(progress, basename(shownName(path))),
  });
}
