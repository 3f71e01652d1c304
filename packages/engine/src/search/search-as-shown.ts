import {
  type AnyMemoryLook,
  type ArchitectureTable,
  asPluginError,
  type Dump,
  type KernelLayout,
  type NoKernelReason,
  type OtherMachine,
  takeAlong,
  type Verdict,
} from '@vmcorekit/core';
import {
  kernelLooks,
  type MachineSign,
  type MachineSigns,
  machinesByNote,
  searchMachineSigns,
} from '@vmcorekit/linux';
import { type DriveOptions, drive } from '../running/drive.ts';
import { placeOf } from './explain.ts';
import { defaultTimeLimitInMilliseconds, type LocateOptions } from './locate-options.ts';
import { SearchBudget } from './search-budget.ts';
import { type ReachedLimit, unfinished } from './unfinished.ts';

/** A machine that was searched for its kernels, because memory shows signs of it. */
export interface ShownMachine extends OtherMachine {
  readonly sign: MachineSign;
  readonly verdict: Verdict;
}

export interface ShownMachineParts {
  readonly architectures: ArchitectureTable;
  readonly layouts: readonly KernelLayout[];
  /** Searches a dump with these options. */
  readonly search: (dump: Dump, options: LocateOptions & DriveOptions) => Promise<Verdict>;
}

/** The verdict on a dump whose machine its memory shows; `machine` is the one to take. */
export interface ShownVerdict {
  readonly verdict: Verdict;
  readonly machine: ShownMachine | null;
}

/** The signs of machines, and the limit that ended the search for them; null where none did. */
export interface SoughtSigns {
  readonly kinds: readonly MachineSigns[];
  readonly reached: ReachedLimit | null;
}

/** What a search for signs of machines is called in reports. */
export const signSearch = 'machine-signs';
/**
 * Where a limit ended the search for signs, what that pass took along has seen as much of memory. A
 * kernel among it is judged by so many more pages.
 */
const pagesAfterCut = 16_384;
/** Reasons that another machine may change. */
const mayBeOfOther: ReadonlySet<NoKernelReason | null> = new Set([
  'no-kernel',
  'unsupported-architecture',
  'insufficient-evidence',
  'wrong-symbols',
]);

/**
 * Searches a dump as one of each machine that its memory shows signs of, after the search on its
 * own machine found no kernel. A sign says only which kernels to look for: each machine's own
 * witnesses judge what is found. Weaker kinds of signs count where the stronger led to no kernel.
 * Kernels of several machines leave the answer open. Null where the first verdict stands.
 */
export async function searchAsShown(
  dump: Dump,
  first: Verdict,
  { architectures, layouts, search }: ShownMachineParts,
  options: LocateOptions & DriveOptions,
): Promise<ShownVerdict | null> {
  const { readAs } = dump;
  if (readAs === undefined || !mayBeOfOther.has(first.reason)) {
    return null;
  }
  const started = performance.now();
  const limit = options.timeLimitInMilliseconds ?? defaultTimeLimitInMilliseconds;
  const left = (): number => limit - (performance.now() - started);
  const sought = await signsOf(dump, architectures, layouts, options);
  const { kinds, reached } = sought;
  const inTime = (): LocateOptions & DriveOptions => ({
    ...options,
    timeLimitInMilliseconds: Math.max(1, left()),
    ...limitsAfter(sought, options),
  });
  const tried = new Set([dump.architecture?.name]);
  const machines: ShownMachine[] = [];
  for (const signs of kinds) {
    for (const sign of signs) {
      const isToTry = !tried.has(sign.architecture) && left() > 0;
      const other = isToTry ? readAs(sign.architecture) : null;
      tried.add(sign.architecture);
      if (other !== null) {
        machines.push({ ...other, sign, verdict: await search(other.dump, inTime()) });
      }
    }
    const answer = answerOf(dump, machines);
    if (answer !== null) {
      return answer;
    }
  }
  const [likeliest] = machines;
  const shown = likeliest === undefined ? first : remarked(dump, likeliest);
  const limitReached = reached ?? (left() <= 0 ? 'timed-out' : null);
  return {
    verdict:
      limitReached !== null
        ? unfinished(shown, signSearch, limitReached)
        : likeliest === undefined && dump.architecture === null
          ? { ...first, explanation: 'neither the file nor its memory names the machine' }
          : shown,
    machine: null,
  };
}

/**
 * The kinds of signs, the strongest first. A note of the file spares the pass over memory. Where a
 * limit ended that pass, those of what it saw.
 */
export async function signsOf(
  dump: Dump,
  architectures: ArchitectureTable,
  layouts: readonly KernelLayout[],
  options: LocateOptions & DriveOptions,
): Promise<SoughtSigns> {
  const byNote = layouts.flatMap((layout) => {
    try {
      return machinesByNote(dump, [layout], architectures);
    } catch (error) {
      throw asPluginError(`kernel layout '${layout.name}'`, error);
    }
  });
  if (byNote.length > 0) {
    return { kinds: [byNote], reached: null };
  }
  const { memory } = dump.image;
  takeAlong(memory, [...kernelLooks, ...rootLooksOf(architectures, layouts)]);
  const budget = new SearchBudget(memory, options);
  let reached: ReachedLimit | null = null;
  const work = searchMachineSigns(memory, architectures, () => {
    reached = budget.isOutOfTime ? 'timed-out' : budget.isOutOfPages ? 'page-limit' : null;
    return reached !== null;
  });
  return { kinds: await drive(work, options, signSearch), reached };
}

/** The limits of a search for the kernels of a machine, after the one for its signs. */
export function limitsAfter(
  { reached }: SoughtSigns,
  { pageLimit = pagesAfterCut }: Pick<LocateOptions, 'pageLimit'>,
): Pick<LocateOptions, 'pageLimit'> {
  return reached === null ? {} : { pageLimit: Math.min(pageLimit, pagesAfterCut) };
}

/** What the searches of every machine's page tables look for. */
function rootLooksOf(
  architectures: ArchitectureTable,
  layouts: readonly KernelLayout[],
): AnyMemoryLook[] {
  return layouts.flatMap((layout) => {
    const architecture = architectures.named(layout.name);
    try {
      return architecture?.mmu?.rootLook?.(layout.imageWindow(null)) ?? [];
    } catch (error) {
      throw asPluginError(`architecture '${layout.name}'`, error);
    }
  });
}

/** Null where no machine has a kernel. Kernels that a witness saw come before others. */
function answerOf(dump: Dump, machines: readonly ShownMachine[]): ShownVerdict | null {
  const found = machines.filter(({ verdict }) => verdict.confidence !== 'none');
  const witnessed = found.filter(({ verdict }) =>
    verdict.candidates.some(({ isWitnessed }) => isWitnessed),
  );
  const [machine, ...others] = witnessed.length > 0 ? witnessed : found;
  return machine === undefined
    ? null
    : others.length === 0
      ? { verdict: remarked(dump, machine), machine }
      : { verdict: ambiguous([machine, ...others]), machine: null };
}

function remarked({ architecture }: Dump, { sign, verdict }: ShownMachine): Verdict {
  const said =
    architecture === null
      ? 'the file does not name its machine'
      : `no kernel of ${architecture.name} was found`;
  const finding = { kind: 'remark', because: `${said}; ${sign.because}`, at: sign.at } as const;
  return { ...verdict, remarks: [{ by: signSearch, finding }, ...verdict.remarks] };
}

function ambiguous(machines: readonly ShownMachine[]): Verdict {
  const [{ verdict }] = machines as [ShownMachine];
  const candidates = machines.flatMap((machine) => machine.verdict.candidates);
  const places = machines.map(
    ({ sign: { architecture }, verdict: { candidates: own } }) =>
      `${architecture} (${own.map(({ kernel }) => placeOf(kernel).join(' ')).join(', ')})`,
  );
  return {
    ...verdict,
    kernel: null,
    confidence: 'ambiguous',
    reason: 'ambiguous',
    explanation: `kernels of several machines were found and nothing selects one: ${places.join(' or ')}`,
    candidates,
    matchedSymbols: [],
  };
}
