import { endOfPhysicalSpace, hex, type PhysicalMemory, parseSize, plural } from '@vmcorekit/core';
import { type AddressOperand, parseAddressOperand } from '../arguments/address-operand.ts';
import { checkDumpFirst } from '../arguments/dump-first.ts';
import { flag } from '../arguments/option-spec.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { type Command, defineCommand } from '../command.ts';
import { addressSpaceOptionTable, virtualAddressOf } from '../dumps/address-space-option.ts';
import { type MemoryChunk, memoryChunks } from '../dumps/memory-chunks.ts';
import { physicalReader, virtualReader } from '../dumps/memory-reader.ts';
import { settleLayout } from '../dumps/settle-layout.ts';
import { withDump } from '../dumps/with-dump.ts';
import { dumpExits } from '../exit-status.ts';
import { writeHexDump, writeJson, writeRaw } from '../terminal/memory-writers.ts';
import { noAnswer } from '../terminal/report-error.ts';

const virtualPageSizeInBytes = 4096;
const zeroPieceInBytes = 64 * 1024;

export const read: Command = defineCommand({
  operands: [
    { name: 'DUMP', isRepeatable: true, isDump: true, completes: 'file' },
    { name: 'ADDRESS' },
    { name: 'LENGTH' },
  ],
  options: {
    virtual: flag('treat ADDRESS as virtual'),
    physical: flag('treat ADDRESS as physical'),
    raw: flag('write raw bytes; stop at the first unreadable one'),
    'zero-fill': flag('show zeros in place of what the dump does not hold'),
    ...addressSpaceOptionTable,
  },
  details: [
    'Shows LENGTH bytes of memory from ADDRESS on. An address of at most 52 bits is physical, a ' +
      'higher one is virtual; --physical and --virtual override that. A virtual address goes ' +
      'through the page tables of the kernel in the dump, of a CPU, or of a process.',
    'ADDRESS may be a symbol of that kernel, with or without an offset: linux_banner, ' +
      'init_task+0x10. If a page cannot be read, it is named with the reason, and the rest is ' +
      'shown. Several DUMPs are the parts of one split dump, in any order.',
  ],
  exits: {
    ...dumpExits,
    0: 'everything was read',
    1: 'a part could not be read, or there are no page tables for the address',
  },
  examples: [
    'vmcore 0x1000000 256',
    'vmcore 0xffffffff81000000 4KiB',
    'vmcore linux_banner 128',
    '--pid 1 vmcore 0x7ffd12340000 4KiB',
    '--raw vmcore 0 1MiB > low-memory.bin',
  ],
  async run(invocation) {
    const { io, global, options, operands } = invocation;
    checkDumpFirst('read', operands, invocation.here);
    const paths = operands.slice(0, -2);
    const [addressText = '', lengthText = ''] = operands.slice(-2);
    const operand = parseAddressOperand(addressText, 'ADDRESS');
    const lengthInBytes = parseSize(lengthText, 'LENGTH');
    const isVirtual = isVirtualMeant(operand, options);
    if (typeof operand === 'bigint') {
      checkRange(operand, lengthInBytes, isVirtual);
    }
    if (options.raw && global.json) {
      throw new UsageError('--raw cannot be used with --json');
    }
    const writeMemory = global.json ? writeJson : options.raw ? writeRaw : writeHexDump;
    return await withDump(invocation, paths, async (dump) => {
      await settleLayout(invocation, dump);
      const { memory } = dump.image;
      let reader = physicalReader(memory);
      let address = typeof operand === 'bigint' ? operand : 0n;
      if (!isVirtual && !options['zero-fill']) {
        checkEnd(memory, Number(address), lengthInBytes);
      }
      if (isVirtual) {
        const found = await virtualAddressOf(invocation, options, dump, operand, 'ADDRESS');
        if ('because' in found) {
          return await noAnswer(io, global.json, dump, found);
        }
        address = found.address;
        checkRange(address, lengthInBytes, isVirtual);
        reader = virtualReader(found.space, memory);
      }
      const step = isVirtual ? virtualPageSizeInBytes : memory.pageSizeInBytes;
      const chunks = memoryChunks(reader, address, lengthInBytes, step, io.signal);
      const request = { address, lengthInBytes, isVirtual };
      return await writeMemory(
        io,
        dump,
        request,
        options['zero-fill'] ? zeroFilled(chunks) : chunks,
      );
    });
  },
});

/**
 * Gives zeros for what is not readable. A gap comes in pieces, because it may be larger than the
 * memory of this process.
 */
async function* zeroFilled(
  chunks: AsyncIterable<MemoryChunk>,
): AsyncGenerator<MemoryChunk, void, void> {
  for await (const chunk of chunks) {
    if ('bytes' in chunk.content) {
      yield chunk;
      continue;
    }
    for (let done = 0; done < chunk.lengthInBytes; done += zeroPieceInBytes) {
      const bytes = new Uint8Array(Math.min(zeroPieceInBytes, chunk.lengthInBytes - done));
      yield {
        address: chunk.address + BigInt(done),
        lengthInBytes: bytes.length,
        content: { bytes },
      };
    }
  }
}

interface SpaceOptions {
  readonly virtual: boolean;
  readonly physical: boolean;
  readonly cpu: number | undefined;
  readonly pid: number | undefined;
}

function isVirtualMeant(operand: AddressOperand, options: SpaceOptions): boolean {
  if (options.virtual && options.physical) {
    throw new UsageError('--virtual cannot be used with --physical');
  }
  if (typeof operand !== 'bigint') {
    if (options.physical) {
      throw new UsageError('--physical cannot be used with a symbol, whose address is virtual');
    }
    return true;
  }
  return (
    !options.physical &&
    (options.virtual ||
      options.cpu !== undefined ||
      options.pid !== undefined ||
      operand >= endOfPhysicalSpace)
  );
}

function checkRange(address: bigint, lengthInBytes: number, isVirtual: boolean): void {
  if (lengthInBytes <= 0) {
    throw new UsageError(`LENGTH: got ${lengthInBytes}, wanted at least 1 byte`);
  }
  const limit = isVirtual ? 1n << 64n : endOfPhysicalSpace;
  if (address + BigInt(lengthInBytes) > limit) {
    throw new UsageError(
      `${isVirtual ? 'virtual' : 'physical'} memory ends at ${hex(limit)}; the range goes beyond`,
    );
  }
}

/**
 * Refuses a length that goes beyond the memory of the dump, before gigabytes are written. Holes
 * within memory are reported when they are reached.
 */
function checkEnd({ ranges }: PhysicalMemory, start: number, lengthInBytes: number): void {
  const end = ranges.at(-1)?.end ?? 0;
  if (start < end && start + lengthInBytes > end) {
    throw new UsageError(
      `LENGTH: got ${lengthInBytes}, wanted at most ${plural(end - start, 'byte')} from ${hex(start)}: the dump's memory ends at ${hex(end)} (or --zero-fill)`,
    );
  }
}
