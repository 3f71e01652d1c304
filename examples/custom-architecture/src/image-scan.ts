import { defineHeuristic, type Heuristic, hex, tryRead } from '@vmcorekit/core';
import { imageHeaderOf, imageHeaderSizeInBytes } from './image-header.ts';
import { toy64Layout } from './kernel-layout.ts';
import { linearWindow, windowRoot } from './toy64.ts';

const step = toy64Layout.imageAlignmentInBytes;
const stepsPerProgress = 64;

/**
 * Looks for image headers at every address where a toy kernel may begin. A CPU whose pc is in an
 * image runs it.
 */
export const imageScan: Heuristic = defineHeuristic({
  name: 'toy-image-scan',
  summary: 'finds toy64 kernels by the headers of their images',
  needs: ['kernel-layout'],
  cost: 'scan',
  yields: ['imageOffset', 'textVirtualAddress', 'textPhysicalAddress', 'root'],
  looksAt: 'every 2 MiB of stored memory',
  architectures: ['toy64'],
  isExhaustive: true,
  options: {},
  *run({ dump: { image, cpus } }) {
    let steps = 0;
    for (const { start, end } of image.memory.storedRuns()) {
      for (let address = Math.ceil(start / step) * step; address < end; address += step) {
        if (++steps % stepsPerProgress === 0) {
          yield { kind: 'progress', doing: 'looking for toy kernels', fraction: null };
        }
        const bytes = tryRead(() => image.memory.read(address, imageHeaderSizeInBytes));
        const header = bytes === undefined ? undefined : imageHeaderOf(bytes, address);
        if (header === undefined) {
          continue;
        }
        const text = linearWindow.start + BigInt(address);
        const textEnd = text + BigInt(header.imageSizeInBytes);
        yield {
          kind: 'candidate',
          evidence: 'paging',
          strength: 'strong',
          claim: {
            imageOffset: linearWindow.start,
            textVirtualAddress: text,
            textPhysicalAddress: address,
            root: windowRoot,
          },
          because: `an image at ${hex(address)} names addresses at which the window shows it`,
          at: [{ physicalAddress: address, virtualAddress: text }],
          reachedByCpu: cpus.some(({ registers }) => {
            const pc = registers.get('pc') ?? 0n;
            return pc >= text && pc < textEnd;
          }),
        };
      }
    }
  },
});
