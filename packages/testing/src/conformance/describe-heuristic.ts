import {
  type Dump,
  type Finding,
  type Heuristic,
  isVmcorekitError,
  type KernelClaim,
  type OptionValue,
  type Progress,
  resolveOptions,
  type SymbolCarver,
  type SymbolTable,
} from '@vmcorekit/core';
import { nonsenseIn } from '@vmcorekit/engine';
import { contextFor } from '../memory-dump.ts';
import { check, mayRefuse, shown } from './check.ts';
import { checkName, checkOptions } from './declaration.ts';
import { noisy, unreadable } from './hostile-dump.ts';
import { runnerOf, type TestRunner } from './runner.ts';
import { checkSteps, stepLimit, stopEarly } from './steps.ts';

/** A dump to try a heuristic on, and what it should find there. */
export interface HeuristicCase {
  readonly title: string;
  /** Opens it, or builds it (`memoryDump`). Called again for every test, which disposes it. */
  open(): Dump | Promise<Dump>;
  readonly options?: Readonly<Record<string, OptionValue>>;
  readonly symbolFiles?: readonly SymbolTable[];
  readonly symbolCarvers?: readonly SymbolCarver[];
  /** Fields that one of its candidates must claim; null where it must claim nothing. */
  readonly finds: KernelClaim | null;
}

export interface HeuristicSuite {
  readonly cases: readonly HeuristicCase[];
  /** Default: the global `describe` and `it`. */
  readonly runner?: TestRunner;
  /**
   * The longest time for a step on a test machine; default 1000 ms. A heuristic yields every few
   * milliseconds.
   */
  readonly stepLimitInMilliseconds?: number;
}

type Step = Finding | Progress;

/** Tests that a heuristic keeps the contract in docs/writing-a-plugin.md. */
export function describeHeuristic(heuristic: Heuristic, suite: HeuristicSuite): void {
  const { describe, it } = runnerOf(suite.runner);
  describe(`heuristic ${heuristic.name}: the contract`, () => {
    it('declares itself: a name in kebab-case, what it does and where it looks', () => {
      checkName(heuristic);
      check(heuristic.looksAt !== '', 'its looksAt is empty');
      check(heuristic.yields.length > 0, 'it yields no field: who would ask it?');
    });

    it('has options whose defaults are allowed by their own specs', () => checkOptions(heuristic));

    for (const one of suite.cases) {
      describe(one.title, () => casesOf(heuristic, suite, one, it));
    }
  });
}

function casesOf(
  heuristic: Heuristic,
  suite: HeuristicSuite,
  one: HeuristicCase,
  it: TestRunner['it'],
): void {
  it(
    one.finds === null ? 'claims nothing' : `claims ${Object.keys(one.finds).join(', ')}`,
    async () => {
      using dump = await one.open();
      const claims = findingsOf(start(heuristic, one, dump)).flatMap((finding) =>
        finding.kind === 'candidate' ? [finding.claim] : [],
      );
      const { finds } = one;
      check(
        finds === null ? claims.length === 0 : claims.some((claim) => includes(claim, finds)),
        `wanted ${finds === null ? 'no claim' : shown(finds)}, got ${shown(claims)}`,
      );
    },
  );

  it('yields only findings and progress, with declared fields and a reason each', async () => {
    using dump = await one.open();
    for (const finding of findingsOf(start(heuristic, one, dump))) {
      const nonsense = nonsenseIn(finding);
      check(nonsense === undefined, `yielded ${nonsense}`);
      check(finding.because !== '', `${shown(finding)} gives no reason`);
      const fields =
        finding.kind === 'candidate'
          ? Object.keys(finding.claim)
          : finding.kind === 'origin'
            ? ['origin']
            : [];
      const undeclared = fields.find(
        (field) => !(heuristic.yields as readonly string[]).includes(field),
      );
      check(undeclared === undefined, `claims ${undeclared}, which is not among its yields`);
    }
  });

  it('finds the same again, and keeps nothing from a run that was stopped', async () => {
    using dump = await one.open();
    const first = findingsOf(start(heuristic, one, dump));
    stopEarly(() => start(heuristic, one, dump));
    const second = findingsOf(start(heuristic, one, dump));
    check(shown(first) === shown(second), `first ${shown(first)}, then ${shown(second)}`);
  });

  it('stops for its caller often', async () => {
    using dump = await one.open();
    checkSteps(start(heuristic, one, dump), suite.stepLimitInMilliseconds);
  });

  for (const [title, spoil] of [
    ['ends on memory that cannot be read', unreadable],
    ['ends on memory full of noise', noisy],
  ] as const) {
    it(`${title}, and fails with no error of its own making`, async () => {
      using dump = await one.open();
      const spoilt = spoil(dump);
      await mayRefuse(() => findingsOf(start(heuristic, one, spoilt)), title);
    });
  }
}

function start(heuristic: Heuristic, one: HeuristicCase, dump: Dump): Generator<Step, void, void> {
  const context = contextFor(dump, {
    symbolFiles: one.symbolFiles ?? [],
    symbolCarvers: one.symbolCarvers ?? [],
  });
  return heuristic.run(
    context,
    resolveOptions(heuristic.name, heuristic.options, one.options ?? {}),
  );
}

/** Runs to the end. A page that cannot be read may end a heuristic. */
function findingsOf(work: Generator<Step, void, void>): Finding[] {
  const findings: Finding[] = [];
  try {
    for (let steps = 0; ; steps++) {
      check(steps < stepLimit, `is not over after ${stepLimit} steps`);
      const step = work.next();
      if (step.done === true) {
        return findings;
      }
      check(typeof step.value === 'object' && step.value !== null, `yielded ${shown(step.value)}`);
      if (step.value.kind !== 'progress') {
        findings.push(step.value);
      }
    }
  } catch (error) {
    if (isVmcorekitError(error, 'page-unreadable') || isVmcorekitError(error, 'not-mapped')) {
      return findings;
    }
    throw error;
  }
}

function includes(claim: KernelClaim, wanted: KernelClaim): boolean {
  return Object.entries(wanted).every(
    ([field, value]) => claim[field as keyof KernelClaim] === value,
  );
}
