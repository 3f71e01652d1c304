import type { AnalyzerData } from 'vmcorekit';
import type { SavedProc } from '../truth/saved-proc.ts';
import type { Comparison } from './difference.ts';
import { savedText } from './resting-processes.ts';
import { compareSubjects, type Fields, proveRisen } from './subjects.ts';

type Interrupt = NonNullable<AnalyzerData['irq']>['interrupts'][number];
/** A line of /proc/interrupts. */
interface ShownInterrupt {
  readonly subject: string;
  readonly fields: Fields;
}

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
  const shown = answer.interrupts.filter(({ isHidden }) => isHidden !== true);
  const names = new Set(shown.map(({ name }) => name));
  const truth = new Map(
    text
      .split('\n')
      .flatMap((line) => parseInterrupt(line, cpus) ?? parseNamed(line, cpus, names) ?? [])
      .map(({ subject, fields }) => [subject, fields]),
  );
  const answered = new Map(
    shown.map(({ number, name, chip, hardwareNumber, flow, counts }) => {
      const byCpu = countsByCpu(counts?.slice(0, cpus) ?? []);
      return truth.has(nameOf(name))
        ? [nameOf(name), byCpu]
        : [
            nameOf(number),
            { ...{ name, chip, flow }, hardwareNumber: String(hardwareNumber), ...byCpu },
          ];
    }),
  );
  return compareSubjects(truth, answered, (_subject, saved, found) => {
    const counters = Object.keys(saved ?? {}).filter((name) => name.startsWith('count'));
    return proveRisen(counters, saved, found);
  });
}

function nameOf(numberOrName: number | string | null): string {
  return `interrupt ${numberOrName}`;
}

function countsByCpu(counts: readonly number[]): Fields {
  return Object.fromEntries(counts.map((count, cpu) => [`count on CPU ${cpu}`, count]));
}

/**
 * arm64's and riscv64's kernels show how an interrupt is triggered
 * (CONFIG_GENERIC_IRQ_SHOW_LEVEL), and s390x's show no number of the chip's own. Source: Linux,
 * kernel/irq/proc.c and arch/s390/kernel/irq.c (show_interrupts).
 */
function parseInterrupt(line: string, cpus: number): ShownInterrupt | undefined {
  const match = /^ *(\d+): +(.*)$/.exec(line);
  if (match === null) {
    return undefined;
  }
  const words = (match[2] ?? '').split(/ +/);
  const [first = '', ...more] = words.slice(cpus);
  // The chip of riscv64 is the `SiFive PLIC`: its name goes on up to the number.
  const end = more.findIndex((word) => /^\d+(-|$)/.test(word));
  const chip = [first, ...more.slice(0, Math.max(0, end))].join(' ');
  const [source, ...others] = end < 0 ? [undefined, ...more] : more.slice(end);
  const names = others.slice(others[0] === 'Level' || others[0] === 'Edge' ? 1 : 0);
  const [hardwareNumber, flow] = source?.split('-') ?? [];
  return {
    subject: nameOf(match[1] ?? ''),
    fields: {
      ...countsByCpu(words.slice(0, cpus).map(Number)),
      chip,
      hardwareNumber,
      flow,
      name: names.join(' ').replaceAll(', ', ','),
    },
  };
}

/** s390x shows interrupts of its own by their names: `EXT`, `I/O`. */
function parseNamed(
  line: string,
  cpus: number,
  names: ReadonlySet<string | null>,
): ShownInterrupt | undefined {
  const [name = '', ...words] = line.trim().split(/:? +/);
  return names.has(name)
    ? { subject: nameOf(name), fields: countsByCpu(words.slice(0, cpus).map(Number)) }
    : undefined;
}
