import { type Dump, hex, printable } from '@vmcorekit/core';
import { UsageError } from '../arguments/usage-error.ts';
import type { MemoryChunk } from '../dumps/memory-chunks.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { type Io, write } from '../io.ts';
import { addressJson } from '../json/address-json.ts';
import { filesJson } from '../json/files-json.ts';
import { type Json, jsonLine } from '../json/json-line.ts';
import { hexDump } from '../output/hex-dump.ts';
import { errorReport } from './error-report.ts';

export interface MemoryRequest {
  readonly address: bigint;
  readonly lengthInBytes: number;
  readonly isVirtual: boolean;
}

/** Writes memory to stdout in one of its shapes. Returns `unanswered` where a part could not be read. */
export type MemoryWriter = (
  io: Io,
  dump: Dump,
  request: MemoryRequest,
  chunks: AsyncIterable<MemoryChunk>,
) => Promise<ExitStatus>;

/** One line of JSON is held in memory whole. */
const jsonLimitInBytes = 16 * 2 ** 20;

export const writeHexDump: MemoryWriter = async (io, _dump, _request, chunks) => {
  let status: ExitStatus = exitStatus.answered;
  for await (const { address, lengthInBytes, content } of chunks) {
    if ('bytes' in content) {
      await write(io.stdout, `${hexDump(content.bytes, address).join('\n')}\n`);
    } else {
      const start = address.toString(16).padStart(16, '0');
      await write(io.stdout, `${start}  ${lengthInBytes} bytes not readable: ${printable(content.error.message)}\n`);
      status = exitStatus.unanswered;
    }
  }
  return status;
};

/** Ends at the first byte that cannot be read: a program downstream must not take what follows for what it asked. */
export const writeRaw: MemoryWriter = async (io, _dump, _request, chunks) => {
  for await (const { content } of chunks) {
    if ('error' in content) {
      throw content.error;
    }
    await write(io.stdout, content.bytes);
  }
  return exitStatus.answered;
};

export const writeJson: MemoryWriter = async (io, dump, { address, lengthInBytes, isVirtual }, chunks) => {
  if (lengthInBytes > jsonLimitInBytes) {
    throw new UsageError(`LENGTH: got ${lengthInBytes}, with --json at most ${jsonLimitInBytes} bytes; --raw has no limit`);
  }
  const segments: Json[] = [];
  const unreadable: Json[] = [];
  for await (const chunk of chunks) {
    const place = { address: addressJson(chunk.address), lengthInBytes: chunk.lengthInBytes };
    if ('bytes' in chunk.content) {
      segments.push({ ...place, bytes: Buffer.from(chunk.content.bytes).toString('hex') });
    } else {
      const { code, message } = errorReport(chunk.content.error);
      unreadable.push({ ...place, code, because: message });
    }
  }
  await write(
    io.stdout,
    jsonLine({
      schema: 1,
      ...filesJson(dump.files),
      space: isVirtual ? 'virtual' : 'physical',
      address: hex(address),
      lengthInBytes,
      segments,
      unreadable,
    }),
  );
  return unreadable.length === 0 ? exitStatus.answered : exitStatus.unanswered;
};
