import type { Dump, OptionValue, Verdict } from '@vmcorekit/core';
import type { Toolkit } from '@vmcorekit/engine';

/** A question about a kernel: an analyzer and its options, or `describe`. */
export interface Question {
  /** As a user types it. */
  readonly name: string;
  readonly analyzer: string | null;
  readonly options?: Readonly<Record<string, OptionValue>>;
}

/** Every command that reads a kernel, with the options that make it read the most. */
export const questions: readonly Question[] = [
  { name: 'ps', analyzer: 'ps', options: { details: true, arguments: true } },
  { name: 'bt', analyzer: 'bt', options: { all: true } },
  { name: 'mod', analyzer: 'mod' },
  { name: 'files', analyzer: 'files' },
  { name: 'mount', analyzer: 'mount', options: { all: true } },
  { name: 'net', analyzer: 'net' },
  { name: 'vm', analyzer: 'vm', options: { task: '1', pages: true } },
  { name: 'irq', analyzer: 'irq', options: { counts: true, affinity: true, all: true } },
  { name: 'timer', analyzer: 'timer' },
  {
    name: 'kmem',
    analyzer: 'kmem',
    options: {
      ...{ info: true, vmstat: true, zones: true, nodes: true },
      ...{ slabs: true, vmalloc: true, swap: true },
    },
  },
  { name: 'dev', analyzer: 'dev' },
  { name: 'dev --io', analyzer: 'dev', options: { io: true } },
  { name: 'bpf', analyzer: 'bpf', options: { types: true } },
  { name: 'runq', analyzer: 'runq' },
  { name: 'locks', analyzer: 'locks' },
  { name: 'sym', analyzer: 'sym', options: { symbols: 'schedule init_task jiffies do_exit' } },
  { name: 'log', analyzer: 'kernel-log' },
  { name: 'crash-summary', analyzer: 'crash-summary' },
  { name: 'describe', analyzer: null },
];

/** What a command said of a dump. */
export interface Answer {
  /** As JSON has it; null where the command found nothing. */
  readonly data: unknown;
  /** What the command said beside its answer, a sentence each. */
  readonly remarks: readonly string[];
}

/** Answers by the question's name; a failure is a sentence. */
export interface Answers {
  readonly verdict: Verdict;
  readonly byName: ReadonlyMap<string, Answer | { readonly failure: string }>;
  readonly pagesRead: number;
  readonly milliseconds: number;
}

/** Searches the dump for its kernel, if `known` does not say where it is, and asks about it. */
export async function askAll(
  toolkit: Toolkit,
  dump: Dump,
  asked: readonly Question[] = questions,
  known?: Verdict,
): Promise<Answers> {
  const start = performance.now();
  const verdict = known ?? (await toolkit.locate(dump));
  const byName = new Map<string, Answer | { readonly failure: string }>();
  for (const question of asked) {
    byName.set(question.name, await answerTo(toolkit, dump, verdict, question));
  }
  const milliseconds = performance.now() - start;
  return { verdict, byName, pagesRead: dump.image.memory.pagesRead, milliseconds };
}

async function answerTo(
  toolkit: Toolkit,
  dump: Dump,
  verdict: Verdict,
  { analyzer, options }: Question,
): Promise<Answer | { readonly failure: string }> {
  try {
    if (analyzer === null) {
      return { data: plain(await toolkit.describe(dump, verdict)), remarks: [] };
    }
    const { data, remarks = [] } = await toolkit.analyze(analyzer, dump, verdict, options);
    return { data: plain(data), remarks };
  } catch (error) {
    return { failure: (error as Error).message };
  }
}

/** As JSON has it. */
function plain(data: unknown): unknown {
  return JSON.parse(
    JSON.stringify(data ?? null, (_key, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    ),
  );
}
