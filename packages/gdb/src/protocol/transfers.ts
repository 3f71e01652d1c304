import type { Conversation } from './conversation.ts';
import { maxPacketLength } from './limits.ts';
import { machineDescription } from './machine-description.ts';
import { binaryText, numberIn } from './packet-text.ts';
import { threadsDocument } from './threads-document.ts';

type MakeDocument = (conversation: Conversation) => string | undefined;

/** What `qXfer` reads, by object and annex; undefined where the target has none. */
const documents: Readonly<Record<string, MakeDocument>> = {
  'features:target.xml': ({ target }) => machineDescription(target.machine),
  'threads:': ({ target }) => threadsDocument(target.threads()),
  'exec-file:': ({ target }) => target.execFile?.name,
};

/**
 * Answers `qXfer:OBJECT:read:ANNEX:OFFSET,LENGTH`. The empty answer means that there is no such
 * object. Source: gdb's manual, "General Query Packets".
 */
export function transfer(request: string, conversation: Conversation): string {
  const [, object = '', annex = '', at, size] =
    /^([a-z-]+):read:([^:]*):([^,]*),(.*)$/.exec(request) ?? [];
  // The annex of an executable's name is a process, and there is one.
  const name = `${object}:${object === 'exec-file' ? '' : annex}`;
  const make = Object.hasOwn(documents, name) ? documents[name] : undefined;
  const offset = numberIn(at);
  const length = numberIn(size);
  if (make === undefined || offset === undefined || length === undefined) {
    return object === 'features' ? 'E00' : '';
  }
  const text = conversation.document(name, offset === 0n, () => make(conversation));
  return text === undefined ? '' : piece(text, offset, length);
}

/** A piece that certainly fits, with every byte escaped. */
function piece(text: string, offset: bigint, length: bigint): string {
  const start = Number(offset < BigInt(text.length) ? offset : BigInt(text.length));
  const most = maxPacketLength / 2 - 1;
  const end = start + Number(length < BigInt(most) ? length : BigInt(most));
  return `${end < text.length ? 'm' : 'l'}${binaryText(text.slice(start, end))}`;
}
