import { isVmcorekitError } from '@vmcorekit/core';
import { describeError, dumpJson, type JsonObject } from '@vmcorekit/report';
import { answerOf } from '../answers/answer.ts';
import { placeOf } from '../answers/cursor.ts';
import { partOf, type ToolResult } from '../answers/envelope.ts';
import type { Work } from '../running/work.ts';
import type { Shelf } from './shelf.ts';
import type { ShelvedDump } from './shelved-dump.ts';

const call = 'list_dumps';

/**
 * The dumps, each opened, with the reason where one cannot be. A cursor gives the next part of a
 * long list. Throws `usage` for what is no cursor of it.
 */
export async function listDumps(
  shelf: Pick<Shelf, 'dumps'>,
  work: Work,
  cursor?: string,
): Promise<ToolResult> {
  const place = placeOf(call, cursor);
  const lines: string[] = [];
  const dumps: JsonObject[] = [];
  for (const dump of shelf.dumps) {
    const { line, json } = await entryOf(dump, work);
    lines.push(line);
    dumps.push(json);
  }
  return partOf(answerOf(lines.join('\n'), { dumps }), { tool: call, dump: 'all', call, place });
}

async function entryOf(
  dump: ShelvedDump,
  work: Work,
): Promise<{ readonly line: string; readonly json: JsonObject }> {
  const { id, name } = dump;
  try {
    const opened = await dump.open(work);
    const { architecture, image } = opened;
    const machine = architecture?.name ?? image.architecture ?? 'unknown architecture';
    return {
      line: `${id}  ${name}  ${image.format}  ${machine}`,
      json: { id, name, isOpen: true, ...dumpJson(opened) },
    };
  } catch (error) {
    work.signal.throwIfAborted();
    if (!isVmcorekitError(error)) {
      throw error;
    }
    const { code, message } = describeError(error);
    return {
      line: `${id}  ${name}  cannot be opened: ${message}`,
      json: { id, name, isOpen: false, error: { code, message } },
    };
  }
}
