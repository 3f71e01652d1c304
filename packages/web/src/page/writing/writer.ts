import type { ConvertRequest, RepairRequest, WrittenFile } from '../../protocol/writing-calls.ts';
import type { CallOptions } from '../client/session-client.ts';
import { Supervisor } from '../client/supervisor.ts';
import { saveBlob } from '../model/save-file.ts';
import type { SavePlace } from './save-place.ts';

/** What to write of the open dump, and how. */
export type WriteRequest =
  | ({ readonly action: 'convert' } & ConvertRequest)
  | ({ readonly action: 'repair' } & RepairRequest);

/**
 * Workers whose file may still be downloaded from the browser's own folder: it stays as long as its
 * worker, and nothing says when a download has ended.
 */
const kept: Supervisor[] = [];

/**
 * Writes a new file in a second worker over the same files, so that all views answer meanwhile.
 * Gives it to the user. Throws `CallError`.
 */
export async function writeDump(
  { start, restorable }: Pick<Supervisor, 'start' | 'restorable'>,
  { action, ...request }: WriteRequest,
  place: SavePlace,
  options: CallOptions,
): Promise<WrittenFile> {
  // A conversion searches for no kernel, unless its file needs it.
  const located = action === 'repair' ? restorable.located : null;
  const writer = new Supervisor(start, { ...restorable, located });
  let isKept = false;
  try {
    const written = await writer.call(action, { ...request, place }, options);
    if (written.download !== null) {
      saveBlob(place.name, written.download);
      kept.push(writer);
      isKept = true;
    }
    return written;
  } finally {
    if (!isKept) {
      writer.close();
    }
  }
}
