import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { isVmcorekitError, sizeText } from '@vmcorekit/core';
import type { OpenedFile, Toolkit } from '@vmcorekit/engine';
import { SpooledSource } from '@vmcorekit/node';
import { UsageError } from '../arguments/usage-error.ts';
import type { Invocation } from '../command.ts';
import { OutputError } from '../io.ts';
import { ProgressLine } from '../terminal/progress-line.ts';

/** The name that means standard input or standard output. */
export const standardStream = '-';

/** Opens a file that was named on the command line. */
export type InputOpener = (
  path: string,
) => Promise<Partial<OpenedFile> & Pick<OpenedFile, 'source'>>;

/**
 * Opens files, and `-` as standard input. Reads standard input to its end into a nameless file.
 * That file lies next to the output, where there must be room anyway, or in the folder for
 * temporary files. Throws `OutputError` if the folder has no room, and `UsageError` if standard
 * input is a terminal or is named twice.
 */
export function inputOpener(
  {
    toolkit,
    io,
    global,
  }: { readonly toolkit: Pick<Toolkit, 'openFile'> } & Pick<Invocation, 'io' | 'global'>,
  output: string | undefined,
): InputOpener {
  const folder = output === undefined || output === standardStream ? tmpdir() : dirname(output);
  let isTaken = false;
  return async (path) => {
    if (path !== standardStream) {
      return toolkit.openFile(path, global);
    }
    const stream = io.stdin;
    if (stream === undefined || stream.isTTY === true || isTaken) {
      throw new UsageError(
        isTaken
          ? 'standard input can be only one of the inputs'
          : 'standard input is a terminal, not a dump',
      );
    }
    isTaken = true;
    using line = new ProgressLine(io, global.quiet);
    try {
      const source = await SpooledSource.of(stream, 'standard input', folder, (sizeInBytes) =>
        line.show(
          { kind: 'progress', doing: `reading, ${sizeText(sizeInBytes)} so far`, fraction: null },
          'standard input',
        ),
      );
      return { source };
    } catch (error) {
      // The stream itself never fails like this: the file could not take the bytes.
      throw isVmcorekitError(error, 'io') ? new OutputError(error) : error;
    }
  };
}
