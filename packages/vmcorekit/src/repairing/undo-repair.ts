import { constants } from 'node:buffer';
import { type Dump, printable, readExactly, SliceSource, VmcorekitError } from '@vmcorekit/core';
import type { Toolkit } from '@vmcorekit/engine';
import { FileSource, holdsBefore, isUnchanged, parseUndoRecord, type UndoRecord, undoChanges } from '@vmcorekit/node';
import type { Invocation } from '../command.ts';
import { withDump } from '../dumps/with-dump.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { asOutputError } from '../io.ts';
import { writeAnswer } from '../terminal/answer.ts';

const ownStamp = 'vmcorekit';

/** Puts back what an undo file says, in the file it names or at `moved`, and reports that. */
export async function restoreFrom(
  world: Pick<Invocation, 'toolkit' | 'io' | 'global'>,
  undoPath: string,
  moved: string | undefined,
): Promise<ExitStatus> {
  const record = readUndoRecord(undoPath);
  const path = moved ?? record.file;
  return await withDump(world, [path], async (dump) => {
    await undoRepair(world.toolkit, dump, record);
    await writeAnswer(
      world,
      () => ({ schema: 1, file: path, restored: true, sizeInBytes: record.sizeInBytes }),
      () => `${printable(path)}: restored, ${record.sizeInBytes} bytes\n`,
    );
    return exitStatus.answered;
  });
}

/** Reads an undo file. Throws `malformed` for what is none. */
function readUndoRecord(path: string): UndoRecord {
  using source = new FileSource(path);
  if (source.sizeInBytes > constants.MAX_STRING_LENGTH) {
    throw new VmcorekitError('malformed', {
      structure: 'undo file',
      fileOffset: 0,
      field: 'size',
      wanted: `at most ${constants.MAX_STRING_LENGTH} bytes`,
      got: source.sizeInBytes,
    });
  }
  return parseUndoRecord(Buffer.from(readExactly(source, 0, source.sizeInBytes, 'undo file')).toString('utf8'));
}

/**
 * Puts back what an undo file says. It may be a stranger's, so it is believed only of a dump that vmcorekit wrote last. Throws
 * `unsupported` for another, and what `undoChanges` throws.
 */
async function undoRepair(toolkit: Toolkit, dump: Dump, record: UndoRecord): Promise<void> {
  const [path = ''] = dump.files;
  if (isUnchanged(path, record)) {
    return;
  }
  if (!isOwn(toolkit, dump) && !(await endsAsBefore(toolkit, dump, record))) {
    throw new VmcorekitError('unsupported', {
      what: `undoing a repair in ${path}`,
      advice: 'it is no KDUMP dump that vmcorekit wrote last, so nothing was changed',
    });
  }
  asOutputError(() => undoChanges(path, record));
}

function isOwn(toolkit: Toolkit, { image, files }: Dump): boolean {
  return canPatch(toolkit, image.format) && files.length === 1 && image.writerStamp?.writer === ownStamp;
}

/** Whether a repair in place can have been of this format. */
function canPatch({ registry }: Toolkit, format: string): boolean {
  return registry.all('formats').some(({ name, writer }) => name === format && writer?.patch !== undefined);
}

/**
 * Whether a flattened KDUMP file still ends where the record says, with its end marker: what follows was left by a repair that was
 * interrupted, and is read by nobody.
 */
async function endsAsBefore(toolkit: Toolkit, { image, container, files }: Dump, record: UndoRecord): Promise<boolean> {
  const [path = ''] = files;
  const isStream = toolkit.outputKinds.some(({ format, name }) => format === image.format && name === container);
  if (!canPatch(toolkit, image.format) || !isStream || !holdsBefore(path, record)) {
    return false;
  }
  using identified = await toolkit.identify(new SliceSource(new FileSource(path), 0, record.sizeInBytes));
  return identified.damage.length === 0;
}
