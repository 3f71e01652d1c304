import { isZero, type KernelView, type Progress } from '@vmcorekit/core';
import { windowsOf } from '../symbols/kallsyms/read-only-window.ts';
import { instructionSizeInBytes, isWide, variableAt } from './rip-relative.ts';

const chunkSizeInBytes = 64 * 1024;
const pageSizeInBytes = 4096;
/**
 * Linux frees memory after the text, and others may write to it. It is smaller than this, and ends
 * at a multiple of this.
 */
const givenAwayInBytes = 0x20_0000;

/** Which variables a kernel's code loads. */
export interface CodeLoads {
  readonly loaded: ReadonlySet<bigint>;
  /**
   * False where most of the text is lost or all zero: then a variable may be loaded even if it is
   * not in the set.
   */
  readonly isTextKnown: boolean;
}

/**
 * Which of these variables the kernel's own code loads. A process may own pages inside the image
 * that Linux gave away after boot (its init data, and the rest of the last text page). No code
 * refers to them. Source: Linux, arch/x86/mm/init_64.c (mark_rodata_ro), arch/x86/mm/init.c
 * (free_initmem).
 */
export function* findLoads(
  { memory, runs }: Pick<KernelView, 'memory' | 'runs'>,
  variables: readonly bigint[],
): Generator<Progress, CodeLoads, void> {
  const loaded = new Set<bigint>();
  let pages = 0;
  let filled = 0;
  const text = runs.filter((run) => run.isExecutable && !run.isWritable);
  for (const window of windowsOf(memory, text)) {
    const wanted = new Set(variables.map((variable) => Number(variable - window.start)));
    const sizeInBytes = window.sizeInBytes - givenAwayInBytes;
    for (let offset = 0; offset < sizeInBytes; offset += chunkSizeInBytes) {
      const code = new Uint8Array(
        Math.min(chunkSizeInBytes + instructionSizeInBytes, sizeInBytes - offset),
      );
      window.readPartly(offset, code);
      for (const distance of loadsIn(code)) {
        if (wanted.has(offset + distance)) {
          loaded.add(window.start + BigInt(offset + distance));
        }
      }
      for (let page = 0; page < Math.min(code.length, chunkSizeInBytes); page += pageSizeInBytes) {
        pages++;
        filled += isZero(code.subarray(page, page + pageSizeInBytes)) ? 0 : 1;
      }
      yield {
        kind: 'progress',
        doing: "searching the kernel's code for what uses a variable",
        fraction: null,
      };
    }
  }
  return { loaded, isTextKnown: filled * 2 > pages };
}

/** The distances from the start of the code to the variables that it loads. */
function* loadsIn(code: Uint8Array): Generator<number, void, void> {
  const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
  for (let at = 0; at + instructionSizeInBytes <= code.length; at++) {
    const variable = isWide(code[at]) ? variableAt(view, at) : undefined;
    if (variable?.isLoaded === true) {
      yield variable.distance;
    }
  }
}
