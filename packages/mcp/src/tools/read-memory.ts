import { addressOf } from '@vmcorekit/analyzers';
import {
  type AddressSpace,
  type Analyzer,
  defineAnalyzer,
  hex,
  isUnreadable,
  isVmcorekitError,
  type PhysicalMemory,
  parsePhysicalAddress,
  plural,
  VmcorekitError,
} from '@vmcorekit/core';
import { hexDump, MemoryJson } from '@vmcorekit/report';
import { addressOptions, kernelOf, memoryFor } from './address-options.ts';
import { analyzerTool } from './analyzer-tool.ts';
import type { Tool } from './tool.ts';

const maxBytes = 4096;
const pageSizeInBytes = 4096n;

const options = {
  ...addressOptions,
  length: {
    type: 'size',
    summary: 'how many bytes',
    default: 256,
    minimum: 1,
    maximum: maxBytes,
  },
  space: {
    type: 'string',
    summary: 'the memory that the address is of; physical needs no kernel',
    default: 'virtual',
    choices: ['virtual', 'physical'],
  },
} as const;

const readMemoryAnalyzer: Analyzer<unknown, typeof options> = defineAnalyzer({
  name: 'read_memory',
  summary: 'bytes of memory',
  options,
  *run(context, { address: text, pid, length: lengthInBytes, space }) {
    const { dump } = context;
    if (space === 'physical' && pid !== null) {
      throw new VmcorekitError('usage', {
        what: 'pid',
        got: String(pid),
        allowed: 'a pid with space "virtual" only',
      });
    }
    const isVirtual = space === 'virtual';
    const kernel = isVirtual ? kernelOf(context) : null;
    const memory = kernel === null ? physical(dump.image.memory) : yield* memoryFor(kernel, pid);
    const address =
      kernel === null
        ? BigInt(parsePhysicalAddress(text, 'read_memory.address'))
        : addressOf(kernel, text);
    const json = new MemoryJson();
    const lines: string[] = [];
    const end = address + BigInt(lengthInBytes);
    for (let at = address; at < end; ) {
      const pageEnd = (at / pageSizeInBytes + 1n) * pageSizeInBytes;
      const stop = pageEnd < end ? pageEnd : end;
      const bytes = new Uint8Array(Number(stop - at));
      try {
        memory.readInto(at, bytes);
        json.addBytes(at, bytes);
        lines.push(...hexDump(bytes, at));
      } catch (error) {
        if (!isVmcorekitError(error) || !isUnreadable(error)) {
          throw error;
        }
        json.addUnreadable(at, bytes.length, error);
        lines.push(`${plural(bytes.length, 'byte')} from ${hex(at)}: ${error.message}`);
      }
      at = stop;
    }
    return { text: lines, data: json.answer(dump.files, { address, lengthInBytes, isVirtual }) };
  },
});

/** Reads a few bytes. */
export const readMemory: Tool = analyzerTool(readMemoryAnalyzer, {
  title: 'Bytes of memory',
  description:
    'A hex dump of at most 4 KiB. What the dump does not hold is said, never shown as zeros. ' +
    'print and struct read typed values.',
});

function physical(memory: PhysicalMemory): Pick<AddressSpace, 'readInto'> {
  return {
    readInto: (address, target) => memory.readInto(Number(address), target),
  };
}
