import { type Dump, plural, printable } from '@vmcorekit/core';
import { hexDump, jsonLine, MemoryJson, type MemoryRequest } from '@vmcorekit/report';
import { UsageError } from '../arguments/usage-error.ts';
import type { MemoryChunk } from '../dumps/memory-chunks.ts';
import { type ExitStatus, exitStatus } from '../exit-status.ts';
import { type Io, write } from '../io.ts';

/**
 * Writes memory to stdout in one form. Returns `unanswered` if a part could not be read.
 */
export type MemoryWriter = (
  io: Io,
  dump: Dump,
  request: MemoryRequest,
  chunks: AsyncIterable<MemoryChunk>,
) => Promise<ExitStatus>;

/** A line of JSON is in memory as a whole. */
const jsonLimitInBytes = 16 * 2 ** 20;

export const writeHexDump: MemoryWriter = async (io, _dump, _request, chunks) => {
  let status: ExitStatus = exitStatus.answered;
  for await (const { address, lengthInBytes, content } of chunks) {
    if ('bytes' in content) {
      await write(io.stdout, `${hexDump(content.bytes, address).join('\n')}\n`);
    } else {
      const start = address.toString(16).padStart(16, '0');
      await write(
        io.stdout,
        `${start}  ${plural(lengthInBytes, 'byte')} not readable: ${printable(content.error.message)}\n`,
      );
      status = exitStatus.unanswered;
    }
  }
  return status;
};

/**
 * Ends at the first byte that cannot be read. Otherwise the program that reads the output would
 * take later bytes for earlier ones.
 */
export const writeRaw: MemoryWriter = async (io, _dump, _request, chunks) => {
  for await (const { content } of chunks) {
    if ('error' in content) {
      throw content.error;
    }
    await write(io.stdout, content.bytes);
  }
  return exitStatus.answered;
};

export const writeJson: MemoryWriter = async (io, dump, request, chunks) => {
  const { lengthInBytes } = request;
  if (lengthInBytes > jsonLimitInBytes) {
    throw new UsageError(
      `LENGTH: got ${lengthInBytes}, with --json at most ${jsonLimitInBytes} bytes; --raw has no limit`,
    );
  }
  const read = new MemoryJson();
  for await (const { address, lengthInBytes: length, content } of chunks) {
    if ('bytes' in content) {
      read.addBytes(address, content.bytes);
    } else {
      read.addUnreadable(address, length, content.error);
    }
  }
  await write(io.stdout, jsonLine(read.answer(dump.files, request)));
  return read.isWhole ? exitStatus.answered : exitStatus.unanswered;
};
