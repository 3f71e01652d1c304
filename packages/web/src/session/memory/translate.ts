import { type Dump, type Kernel, VmcorekitError } from '@vmcorekit/core';
import { plainStyle, translationJson, translationReport } from '@vmcorekit/report';
import type { TextAndJson } from '../../protocol/dump-calls.ts';

const widthInColumns = 100;

/** The answer of `translate`, through the kernel's tables. Throws `not-mapped` and others. */
export function translate(dump: Dump, kernel: Kernel | null, address: bigint): TextAndJson {
  if (kernel === null) {
    throw new VmcorekitError('no-kernel', {
      file: dump.files[0] ?? 'dump',
      because: 'no page tables were found',
    });
  }
  const translation = kernel.memory.translate(address);
  const { memory } = dump.image;
  const { physicalAddress } = translation;
  const [piece] = memory.pieces(physicalAddress, physicalAddress + 1);
  const answer = {
    dump,
    virtualAddress: address,
    symbol: kernel.symbols.at(address) ?? null,
    root: kernel.memory.root,
    translation,
    pageState: memory.pageState(Math.floor(physicalAddress / memory.pageSizeInBytes)),
    byteState: piece?.state ?? 'absent',
  } as const;
  return {
    text: translationReport(answer, plainStyle(widthInColumns)),
    json: translationJson(answer),
  };
}
