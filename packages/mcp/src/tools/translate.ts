import { addressOf } from '@vmcorekit/analyzers';
import { type Analyzer, defineAnalyzer } from '@vmcorekit/core';
import { plainStyle, translationJson, translationReport } from '@vmcorekit/report';
import { addressOptions, kernelOf, memoryFor } from './address-options.ts';
import { analyzerTool } from './analyzer-tool.ts';
import type { Tool } from './tool.ts';

const translateAnalyzer: Analyzer<unknown, typeof addressOptions> = defineAnalyzer({
  name: 'translate',
  summary: 'the walk through page tables to a virtual address',
  options: addressOptions,
  *run(context, { address: text, pid }) {
    const { dump } = context;
    const kernel = kernelOf(context);
    const space = yield* memoryFor(kernel, pid);
    const virtualAddress = addressOf(kernel, text);
    const translation = space.translate(virtualAddress);
    const { physicalAddress } = translation;
    const { memory } = dump.image;
    const [piece] = memory.pieces(physicalAddress, physicalAddress + 1);
    const answer = {
      dump,
      virtualAddress,
      symbol: kernel.symbols.at(virtualAddress) ?? null,
      root: space.root,
      translation,
      pageState: memory.pageState(Math.floor(physicalAddress / memory.pageSizeInBytes)),
      byteState: piece?.state ?? 'absent',
    };
    const lines = translationReport(answer, plainStyle()).trimEnd().split('\n');
    return { text: lines, data: translationJson(answer) };
  },
});

/** Walks the page tables. */
export const translate: Tool = analyzerTool(translateAnalyzer, {
  title: 'Page-table walk',
  description:
    'Where a virtual address lies in physical memory: every table entry, access rights, and ' +
    'whether the dump holds the page.',
});
