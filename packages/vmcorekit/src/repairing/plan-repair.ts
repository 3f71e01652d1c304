import { type Dump, type FactsToWrite, hex, type LocatedKernel, type Verdict, type WriteOptions } from '@vmcorekit/core';
import type { SearchOptions } from '@vmcorekit/engine';
import type { KernelDescription } from '@vmcorekit/linux';
import type { Invocation } from '../command.ts';
import { locateKernel } from '../dumps/locate-by-rules.ts';
import { ProgressLine } from '../terminal/progress-line.ts';

/** What the dump should say, and on whose word. */
export interface RepairPlan {
  /** Null where nothing was looked for: the header shall say that phys_base is not known. */
  readonly confidence: Verdict['confidence'] | 'told' | null;
  readonly description: KernelDescription | null;
  readonly facts: FactsToWrite;
}

/**
 * Finds the kernel and what a dump of it should say. The reason instead where the verdict is not certain, unless `force`, or where the
 * user said where the kernel lies: that counts even where it cannot be verified.
 */
export async function planRepair(
  invocation: Pick<Invocation, 'toolkit' | 'io' | 'global' | 'configuration'>,
  dump: Dump,
  search: SearchOptions,
  force: boolean,
): Promise<RepairPlan | { readonly because: string }> {
  const { toolkit, io, global } = invocation;
  const found = await locateKernel(invocation, dump, search);
  const told =
    search.told?.physBase === undefined ? null : kernelTold(search.told.physBase, search.told.kaslrOffset ?? null, found);
  const verdict = told === null ? found : { ...found, kernel: told };
  if (verdict.kernel === null) {
    return { because: found.explanation };
  }
  if (told === null && verdict.confidence !== 'certain' && !force) {
    return {
      because: `the verdict is ${verdict.confidence}, not certain (phys_base ${hex(verdict.kernel.physBase)}); --force repairs all the same`,
    };
  }
  using line = new ProgressLine(io, global.quiet);
  const { data } = await toolkit.analyze(
    'kernel-description',
    dump,
    verdict,
    {},
    {
      signal: io.signal,
      onProgress: (progress) => line.show(progress, dump.files[0] ?? ''),
    },
  );
  const description = data as KernelDescription;
  return {
    confidence: told === null ? verdict.confidence : 'told',
    description,
    facts: {
      physBase: BigInt(description.kernel.physBase),
      utsname: description.utsname,
      ...timestampFor(dump, description),
    },
  };
}

/** The plan of `--mark`: a phys_base of all ones, by which readers that know this marker search for themselves. */
export const markerPlan: RepairPlan = {
  confidence: null,
  description: null,
  facts: { physBase: 'unknown' },
};

/** Keep an existing timestamp; its writer knew the time better than memory does. */
function timestampFor({ image }: Dump, { timestamp }: KernelDescription): Pick<FactsToWrite, 'timestampInSeconds'> {
  const isStated = (image.facts?.timestampInSeconds?.value ?? 0) !== 0;
  return timestamp === null || isStated ? {} : { timestampInSeconds: timestamp };
}

/** The kernel found where it is the one told of, else one of which nothing but that is known. */
function kernelTold(physBase: number, kaslrOffset: number | null, { kernel }: Verdict): LocatedKernel {
  const isSame = kernel !== null && kernel.physBase === physBase && (kaslrOffset === null || kernel.kaslrOffset === kaslrOffset);
  return isSame
    ? kernel
    : {
        physBase,
        kaslrOffset,
        textVirtualAddress: null,
        textPhysicalAddress: null,
        pageTableRoot: null,
        pagingLevels: null,
        release: null,
        banner: null,
        buildId: null,
        role: 'unknown',
      };
}

/** What a writer needs of the plan; each takes what its format has a place for. */
export function writeOptionsOf({ description, facts }: RepairPlan): WriteOptions {
  return {
    ...(description === null ? {} : { vmcoreinfo: description.vmcoreinfo.text, mappings: description.mappings ?? {} }),
    facts,
  };
}
