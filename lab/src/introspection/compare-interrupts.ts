import type { AnalyzerData } from 'vmcorekit';
import type { SavedProc } from '../truth/saved-proc.ts';
import type { Comparison } from './difference.ts';
import { savedText } from './resting-processes.ts';
import { compareSubjects, type Fields, proveRisen } from './subjects.ts';

type Interrupt = NonNullable<AnalyzerData['irq']>['interrupts'][number];
type AnsweredInterrupt = Pick<
  Interrupt,
  'number' | 'name' | 'chip' | 'hardwareNumber' | 'flow' | 'counts' | 'isHidden'
>;

/** Compares the interrupts that have handlers with /proc/interrupts. */
export function compareInterrupts(
  answer: { readonly interrupts: readonly AnsweredInterrupt[] },
  proc: SavedProc,
): Comparison {
  const text = savedText(proc, '/proc/interrupts') ?? '';
  const cpus = (text.split('\n')[0] ?? '').match(/CPU\d+/g)?.length ?? 0;
  const truth = new Map(
    text.split('\n').flatMap((line) => {
      const interrupt = parseInterrupt(line, cpus);
      return interrupt === undefined ? [] : [interrupt];
    }),
  );
  const answered = new Map(
    answer.interrupts
      .filter(({ isHidden }) => isHidden !== true)
      .map(({ number, name, chip, hardwareNumber, flow, counts }) => [
        nameOf(number),
        {
          ...{ name, chip, flow },
          hardwareNumber: String(hardwareNumber),
          ...countsByCpu(counts?.slice(0, cpus) ?? []),
        },
      ]),
  );
  return compareSubjects(truth, answered, (_subject, saved, found) => {
    const counters = Object.keys(saved ?? {}).filter((name) => name.startsWith('count'));
    return proveRisen(counters, saved, found);
  });
}

function nameOf(number: number | string): string {
  return `interrupt ${number}`;
}

function countsByCpu(counts: readonly number[]): Fields {
  return Object.fromEntries(counts.map((count, cpu) => [`count on CPU ${cpu}`, count]));
}

/**
 * arm64's and riscv64's kernels show how an interrupt is triggered
 * (CONFIG_GENERIC_IRQ_SHOW_LEVEL). Source: Linux, kernel/irq/proc.c (show_interrupts).
 */
function parseInterrupt(line: string, cpus: number): readonly [string, Fields] | undefined {
  const match = /^ *(\d+): +(.*)$/.exec(line);
  if (match === null) {
    return undefined;
  }
  const words = (match[2] ?? '').split(/ +/);
  const [first = '', ...more] = words.slice(cpus);
  // The chip of riscv64 is the `SiFive PLIC`: its name goes on up to the number.
  const end = Math.max(
    0,
    more.findIndex((word) => /^\d+(-|$)/.test(word)),
  );
  const chip = [first, ...more.slice(0, end)].join(' ');
  const [source = '', ...others] = more.slice(end);
  const names = others.slice(others[0] === 'Level' || others[0] === 'Edge' ? 1 : 0);
  const [hardwareNumber, flow] = source.split('-');
  return [
    nameOf(match[1] ?? ''),
    {
      ...countsByCpu(words.slice(0, cpus).map(Number)),
      chip,
      hardwareNumber,
      flow,
      name: names.join(' ').replaceAll(', ', ','),
    },
  ];
}
