import { constants } from 'node:buffer';
import { type Dump, readExactly, SliceSource, VmcorekitError } from '@vmcorekit/core';
import type { Toolkit } from '@vmcorekit/engine';
import {
  FileSource,
  holdsBefore,
  isUnchanged,
  parseUndoRecord,
  type UndoRecord,
} from '@vmcorekit/node';

const ownStamp = 'vmcorekit';

/** Reads an undo file. Throws `malformed` for what is none. */
export function readUndoRecord(path: string): UndoRecord {
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
  return parseUndoRecord(
    Buffer.from(readExactly(source, 0, source.sizeInBytes, 'undo file')).toString('utf8'),
  );
}

/**
 * Whether an undo file still has something to restore; false if the dump is as before already.
 * Anyone may have written the undo file, so only a dump that vmcorekit wrote last is restored.
 * Throws `unsupported` for another.
 */
export async function isToUndo(toolkit: Toolkit, dump: Dump, record: UndoRecord): Promise<boolean> {
  const [path = ''] = dump.files;
  if (isUnchanged(path, record)) {
    return false;
  }
  if (!isOwn(toolkit, dump) && !(await endsAsBefore(toolkit, dump, record))) {
    throw new VmcorekitError('unsupported', {
      what: `undoing a repair in ${path}`,
      advice: 'vmcorekit was not the last to write this KDUMP dump, so nothing was changed',
    });
  }
  return true;
}

function isOwn(toolkit: Toolkit, { image, files }: Dump): boolean {
  return (
    canPatch(toolkit, image.format) && files.length === 1 && image.writerStamp?.writer === ownStamp
  );
}

/** Whether this format can be repaired in place. */
function canPatch({ registry }: Toolkit, format: string): boolean {
  return registry
    .all('formats')
    .some(({ name, writer }) => name === format && writer?.patch !== undefined);
}

/**
 * Whether a flattened KDUMP file still has its end marker where the record says. An interrupted
 * repair left what follows, and no tool reads it.
 */
async function endsAsBefore(
  toolkit: Toolkit,
  { image, container, files }: Dump,
  record: UndoRecord,
): Promise<boolean> {
  const [path = ''] = files;
  const isStream = toolkit.outputKinds.some(
    ({ format, name }) => format === image.format && name === container,
  );
  if (!canPatch(toolkit, image.format) || !isStream || !holdsBefore(path, record)) {
    return false;
  }
  using identified = await toolkit.identify(
    new SliceSource(new FileSource(path), 0, record.sizeInBytes),
  );
  return identified.damage.length === 0;
}
