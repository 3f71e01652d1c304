import type { OpenRequest } from '../../protocol/dump-calls.ts';
import type { ConvertRequest, RepairRequest, WrittenFile } from '../../protocol/writing-calls.ts';
import type { CallOptions } from '../client/session-client.ts';
import { Supervisor } from '../client/supervisor.ts';
import { giveDownload, type SavePlace } from './save-place.ts';

/** What to write of the open dump, and how. */
export type WriteRequest =
  | ({ readonly action: 'convert' } & ConvertRequest)
  | ({ readonly action: 'repair' } & RepairRequest);

/**
 * A second worker over the same files, so that all views answer while it writes. It lives as long
 * as the page: a file that is downloaded from the browser's own folder stays as long as its worker.
 */
let writer: Supervisor | undefined;

/** Writes a new file and gives it to the user. Throws `CallError`. */
export async function writeDump(
  opened: OpenRequest,
  { action, ...request }: WriteRequest,
  place: SavePlace,
  options: CallOptions,
): Promise<WrittenFile> {
  writer ??= new Supervisor();
  await writer.call('open', opened, options);
  const written = await writer.call(action, { ...request, place }, options);
  if (written.download !== null) {
    giveDownload(written.download, place.name);
  }
  return written;
}
