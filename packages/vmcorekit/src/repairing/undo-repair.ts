import { plural, printable } from '@vmcorekit/core';
import { type UndoRecord, undoChanges } from '@vmcorekit/node';
import type { Invocation } from '../command.ts';
import { withDump } from '../dumps/with-dump.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { asOutputError } from '../io.ts';
import { isToUndo, readUndoRecord } from '../library/repairing/undo-repair.ts';
import { writeAnswer } from '../terminal/answer.ts';
import { reportError } from '../terminal/report-error.ts';

/** Puts back what an undo file says, in the file it names or at `moved`, and reports that. */
export async function restoreFrom(
  world: Pick<Invocation, 'toolkit' | 'io' | 'global'>,
  undoPath: string,
  moved: string | undefined,
): Promise<ExitStatus> {
  let record: UndoRecord;
  try {
    record = readUndoRecord(undoPath);
  } catch (error) {
    return await reportError(world.io, error, {
      json: world.global.json,
      debug: world.global.debug,
      files: [undoPath],
    });
  }
  const path = moved ?? record.file;
  return await withDump(world, [path], async (dump) => {
    if (await isToUndo(world.toolkit, dump, record)) {
      asOutputError(() => undoChanges(path, record));
    }
    await writeAnswer(
      world,
      () => ({ schema: 1, file: path, restored: true, sizeInBytes: record.sizeInBytes }),
      () => `${printable(path)}: restored, ${plural(record.sizeInBytes, 'byte')}\n`,
    );
    return exitStatus.answered;
  });
}
