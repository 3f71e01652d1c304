import { isVmcorekitError } from '@vmcorekit/core';
import { describeError, dumpJson, type JsonObject } from '@vmcorekit/report';
import { answerOf } from '../answers/answer.ts';
import { beginning } from '../answers/cursor.ts';
import { partOf, type ToolResult } from '../answers/envelope.ts';
import type { Work } from '../running/work.ts';
import type { Shelf } from './shelf.ts';
import type { ShelvedDump } from './shelved-dump.ts';

/** The dumps, each opened, with the reason where one cannot be. */
export async function listDumps(shelf: Pick<Shelf, 'dumps'>, work: Work): Promise<ToolResult> {
  const lines: string[] = [];
  const dumps: JsonObject[] = [];
  for (const dump of shelf.dumps) {
    const { line, json } = await entryOf(dump, work);
    lines.push(line);
    dumps.push(json);
  }
  const place = { call: 'list_dumps', place: beginning };
  const about = { tool: 'list_dumps', dump: 'all' };
  return partOf(answerOf(lines.join('\n'), { dumps }), { ...about, ...place });
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
