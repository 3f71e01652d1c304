import type { Kernel, KernelModule, VirtualAddress } from '@vmcorekit/core';
import { optional, pointer } from '../reading/fields.ts';
import { tryKnown } from '../reading/known-part.ts';
import { knownText } from '../reading/known-text.ts';
import { structReader } from '../reading/struct-reader.ts';
import { type ModuleParameter, parametersOf } from './module-parameters.ts';
import { type ModuleSection, sectionsOf } from './module-sections.ts';
import { runTimeNamesOf } from './run-time-names.ts';

const textLimitInBytes = 4096;

/** What few callers want to know of a module. Null means "not proved", or that it has none. */
export interface ModuleDetails {
  /** MODULE_VERSION; null also for a module without one. */
  readonly version: string | null;
  /** The checksum of its source; null also for a kernel that keeps none. */
  readonly srcversion: string | null;
  /** What it was loaded with; null also in Linux 7 and later, which frees it. */
  readonly args: string | null;
  readonly parameters: readonly ModuleParameter[] | null;
  readonly sections: readonly ModuleSection[] | null;
  /** How many symbols the kernel keeps of it. */
  readonly symbols: number | null;
}

/** Reads the details of one module. */
export function moduleDetails(kernel: Kernel, module: KernelModule): ModuleDetails {
  const texts = structReader(kernel, 'module', {
    version: optional(pointer('version')),
    srcversion: optional(pointer('srcversion')),
    args: optional(pointer('args')),
  }).readPartly(module.address);
  const textAt = (address: VirtualAddress | null) =>
    address === null || address === 0n
      ? null
      : (knownText(kernel.memory, address, textLimitInBytes) ?? null);
  return {
    version: textAt(texts.version),
    srcversion: textAt(texts.srcversion),
    args: textAt(texts.args),
    parameters: tryKnown(() => [...parametersOf(kernel, module.address)]) ?? null,
    sections: tryKnown(() => [...sectionsOf(kernel, module.address)]) ?? null,
    symbols: runTimeNamesOf(kernel).tableOf(module)?.size ?? null,
  };
}
