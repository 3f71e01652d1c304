import type { OutputPlace } from '@vmcorekit/browser';
import type { DriveOptions } from '@vmcorekit/engine';
import { convertedJson, lossLines, writtenReport } from '@vmcorekit/report';
import {
  filtersOf,
  kindAsked,
  kindByName,
  layoutDoubt,
  machineFound,
  needsSearch,
  pageSizeToWrite,
} from 'vmcorekit/writing';
import type { ConvertRequest, WrittenFile } from '../../protocol/writing-calls.ts';
import type { OpenSession } from '../open-session.ts';
import { pageStyle } from '../page-style.ts';
import { writeFile } from './write-file.ts';

/** Writes the same dump as a file of another kind, as `convert` does. */
export async function convert(
  session: OpenSession,
  {
    place,
    kind: asked,
    compression,
    pageSizeInBytes,
    exclude,
  }: ConvertRequest & { readonly place: OutputPlace },
  work: DriveOptions,
): Promise<WrittenFile> {
  const { toolkit, dump } = session;
  const kind = kindAsked(toolkit, asked, () => kindByName(toolkit, place.name));
  const verdict = needsSearch(dump) ? await session.located(work) : null;
  const doubt = verdict === null ? undefined : layoutDoubt(dump, verdict);
  const options = {
    ...(compression === undefined ? {} : { compression }),
    ...pageSizeToWrite(dump, pageSizeInBytes),
    ...machineFound(toolkit, dump, verdict?.kernel ?? null),
    filters: filtersOf(toolkit, exclude),
  };
  const { written, download } = await writeFile(toolkit, dump, kind, place, options, work);
  return {
    json: convertedJson(dump, written),
    text: writtenReport(written, pageStyle, kind.limits),
    remarks: [...(doubt === undefined ? [] : [doubt]), ...lossLines(dump.damage, written.report)],
    download,
  };
}
