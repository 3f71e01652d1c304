import { type Dump, type Kernel, VmcorekitError } from '@vmcorekit/core';
import { type DriveOptions, type FoundPlace, kernelRange, type Toolkit } from '@vmcorekit/engine';
import { foundJson, foundNotes, foundReport, symbolText } from '@vmcorekit/report';
import type { FindQuery, Found, Hit } from '../../protocol/find-calls.ts';
import { pageStyle } from '../page-style.ts';
import { numberOf, wantedPattern } from './wanted-pattern.ts';

const maxHits = 10_000;
const contextInBytes = 16;
/** The answer of `find`. Throws `usage`, and `no-kernel` for virtual memory without one. */
export async function find(
  toolkit: Toolkit,
  dump: Dump,
  kernel: Kernel | null,
  query: FindQuery,
  work: DriveOptions,
): Promise<Found> {
  const isVirtual = query.space === 'virtual';
  const space = isVirtual ? kernelMemory(dump, kernel) : null;
  const wanted = wantedPattern(query, space ?? dump.image, kernel);
  const ofKernel = isVirtual && kernel !== null ? kernelRange(kernel) : null;
  const from = boundOf(query.from, 'from', isVirtual ? kernel : null) ?? ofKernel?.start;
  const to = boundOf(query.to, 'to', isVirtual ? kernel : null) ?? ofKernel?.end;
  const request = {
    pattern: wanted.pattern,
    limit: Math.min(query.limit, maxHits),
    ...(space === null ? {} : { root: space.root }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
  const matches = await toolkit.find(dump, request, work);
  const places = { kernel, space, lengthInBytes: wanted.pattern.bytes.length, contextInBytes };
  const hits = await toolkit.placesOf(dump, matches, places, work);
  const answer = { dump, wanted, isVirtual, matches, hits, showsBytes: false };
  const [headline = ''] = foundReport(answer, pageStyle).split('\n');
  return {
    headline,
    // Its note names an option of the command; the form has its own field.
    notes: foundNotes({ ...matches, isLimited: false }),
    isLimited: matches.isLimited,
    hits: hits.map(hitOf),
    json: foundJson(answer),
  };
}

/** Undefined for an empty text. A symbol is looked up only in a kernel. */
function boundOf(text: string, what: string, kernel: Kernel | null): bigint | undefined {
  return text.trim() === '' ? undefined : numberOf(text.trim(), what, kernel);
}

function kernelMemory(dump: Dump, kernel: Kernel | null): Kernel['memory'] {
  if (kernel === null) {
    const because = 'no page tables were found';
    throw new VmcorekitError('no-kernel', { file: dump.files[0] ?? 'dump', because });
  }
  return kernel.memory;
}

function hitOf({ address, physicalAddress, virtualAddresses, symbol, context }: FoundPlace): Hit {
  return {
    address,
    physicalAddress: physicalAddress === null ? null : BigInt(physicalAddress),
    virtualAddresses: virtualAddresses ?? [],
    symbol: symbol === null ? null : symbolText(symbol, symbol.offsetInBytes),
    context,
  };
}
