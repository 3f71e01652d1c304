import { kernelDescription } from '@vmcorekit/analyzers';
import {
  type Dump,
  type FactsToWrite,
  type KernelClaim,
  type LocatedKernel,
  type Verdict,
  VmcorekitError,
  type WriteOptions,
  type WrittenMachine,
} from '@vmcorekit/core';
import type { DriveOptions, Toolkit, WritableKind } from '@vmcorekit/engine';
import type { KernelDescription } from '@vmcorekit/linux';
import { kernelPlaceText } from '@vmcorekit/report';
import { isNamed, isOtherThanNamed, offsetNamed } from '../named-kernel.ts';
import { contradictionsOf } from './contradictions.ts';
import { machineToWrite, utsnameOn } from './machine-to-write.ts';

/** What the dump should say, and how sure that is. */
export interface RepairPlan {
  /** Null if no kernel was searched for: the header must say that phys_base is not known. */
  readonly confidence: Verdict['confidence'] | 'told' | null;
  /** What the dump shows against the place that the user gave, a sentence each. */
  readonly contradictions: readonly string[];
  readonly description: KernelDescription | null;
  readonly facts: FactsToWrite;
  /**
   * The machine that the headers must name; null unless the file's are too narrow for the kernel,
   * or in another byte order.
   */
  readonly machine: WrittenMachine | null;
  /**
   * The kernel's page size, which the file must have too; null where the file has it, or it is not
   * known.
   */
  readonly pageSizeInBytes: number | null;
}

/** Why a repair is refused. `canBeForced` if only the verdict is not sure enough. */
export interface RepairRefusal {
  readonly because: string;
  readonly canBeForced: boolean;
}

/** A refusal as an error: `not-certain` where `force` would repair, else `no-kernel`. */
export function refusalOf(
  { files }: Pick<Dump, 'files'>,
  { because, canBeForced }: RepairRefusal,
): VmcorekitError {
  const facts = { file: files[0] ?? 'dump', because };
  return new VmcorekitError(canBeForced ? 'not-certain' : 'no-kernel', facts);
}

/**
 * Plans what a dump of the kernel found should say. Refuses if the verdict is not certain, unless
 * `force` is set or the user said where the kernel lies (`told`). The user's word counts even if it
 * cannot be verified. Throws `unsupported` for a kernel that the headers of no known machine fit.
 */
export async function planRepair(
  toolkit: Toolkit,
  dump: Dump,
  found: Verdict,
  { told: claim, force }: { readonly told: KernelClaim | undefined; readonly force: boolean },
  driving: DriveOptions,
): Promise<RepairPlan | RepairRefusal> {
  const told = claim === undefined ? null : namedKernel(dump, claim, found);
  const verdict = told === null ? found : { ...found, kernel: told };
  if (verdict.kernel === null || (told === null && isOtherThanNamed(dump, claim, found.kernel))) {
    return { because: found.explanation, canBeForced: false };
  }
  if (told === null && verdict.confidence !== 'certain' && !force) {
    const because = `the verdict is ${verdict.confidence}, not certain (${kernelPlaceText(verdict.kernel)})`;
    return { because, canBeForced: true };
  }
  const { data } = await toolkit.analyze(kernelDescription, dump, verdict, {}, driving);
  const description = data as KernelDescription;
  const machine = machineToWrite(toolkit, dump, description.kernel);
  return {
    confidence: told === null ? verdict.confidence : 'told',
    contradictions:
      told === null || claim === undefined ? [] : contradictionsOf(dump, claim, told, found),
    description,
    facts: {
      ...physBaseIn(description.kernel),
      utsname: utsnameOn(toolkit, machine, description.utsname),
      ...timestampFor(dump, description),
    },
    machine,
    pageSizeInBytes:
      description.pageSizeInBytes === dump.image.memory.pageSizeInBytes
        ? null
        : description.pageSizeInBytes,
  };
}

/** Only x86-64 has one. */
function physBaseIn({ physBase }: LocatedKernel): Pick<FactsToWrite, 'physBase'> {
  return physBase === null ? {} : { physBase: BigInt(physBase) };
}

/**
 * The plan of a mark: a phys_base of all ones. Readers that know this marker search for the kernel
 * themselves.
 */
export const markerPlan: RepairPlan = {
  confidence: null,
  contradictions: [],
  description: null,
  facts: { physBase: 'unknown' },
  machine: null,
  pageSizeInBytes: null,
};

/** Keep an existing timestamp; its writer knew the time better than memory does. */
function timestampFor(
  { image }: Dump,
  { timestamp }: KernelDescription,
): Pick<FactsToWrite, 'timestampInSeconds'> {
  const isStated = (image.facts?.timestampInSeconds?.value ?? 0) !== 0;
  return timestamp === null || isStated ? {} : { timestampInSeconds: timestamp };
}

/**
 * The kernel found, if it is the one that the user named. Otherwise a kernel of which only its
 * place is known. Null if the user named no place, or none that a kernel of this machine has.
 */
function namedKernel(dump: Dump, told: KernelClaim, { kernel }: Verdict): LocatedKernel | null {
  const { image, architecture, layout } = dump;
  const imageOffset = offsetNamed(dump, told);
  const isUnnamed = layout?.isOffsetShared === true && told.textPhysicalAddress === undefined;
  if (layout === null || imageOffset === undefined || isUnnamed) {
    return null;
  }
  const kaslrOffset = told.kaslrOffset ?? null;
  const isSame =
    kernel !== null &&
    isNamed(dump, told, kernel) &&
    (kaslrOffset === null || kernel.kaslrOffset === kaslrOffset);
  return isSame
    ? kernel
    : {
        imageOffset,
        physBase: layout.physBaseOf(imageOffset),
        numbers:
          layout.numbersOf?.({ imageOffset, linearMapOffset: null, kaslrOffset, root: null }) ?? {},
        kaslrOffset,
        textVirtualAddress: null,
        textPhysicalAddress: told.textPhysicalAddress ?? null,
        linearMapOffset: null,
        root: null,
        pagingLevels: null,
        byteOrder: image.byteOrder,
        wordSizeInBits: architecture?.wordSizeInBits ?? image.wordSizeInBits,
        release: null,
        banner: null,
        buildId: null,
        role: 'unknown',
      };
}

/** What writers need of the plan. Each takes what its format has a place for. */
export function writeOptionsOf({ description, facts }: RepairPlan): WriteOptions {
  return {
    ...(description === null
      ? {}
      : { vmcoreinfo: description.vmcoreinfo.text, mappings: description.mappings ?? {} }),
    facts,
  };
}

/**
 * The same for a new file of that kind. If the format stays the same, the pages stay compressed as
 * they are.
 */
export function newFileOptionsOf(
  plan: RepairPlan,
  { image }: Dump,
  { format }: WritableKind,
): WriteOptions {
  const compression = format === image.format ? image.facts?.compression : undefined;
  return {
    ...writeOptionsOf(plan),
    ...(plan.machine === null ? {} : { machine: plan.machine }),
    ...(plan.pageSizeInBytes === null ? {} : { pageSizeInBytes: plan.pageSizeInBytes }),
    ...(compression === undefined ? {} : { compression }),
  };
}

/**
 * Whether a file of that kind has a place for what the plan says. A mark needs a place for
 * phys_base.
 */
export function canHold(plan: RepairPlan, { statesPhysBase }: WritableKind): boolean {
  return plan.description !== null || statesPhysBase === true;
}
