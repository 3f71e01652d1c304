import { plural, printableLine, unknownText } from '@vmcorekit/core';
import { linesOf } from '../stacks/bt-text.ts';
import type { BlockedGroup, CrashSummaryReport } from './crash-summary-report.ts';

const registersPerLine = 3;
/** A summary is short; `--json` and `bt` have the rest. */
const shown = { hung: 16, groups: 16, modules: 16 } as const;

/** The crash for people: what panicked, then where, then who waits. */
export function crashSummaryLines(report: CrashSummaryReport): string[] {
  const { stack } = report;
  const stackLines =
    stack === null ? [] : ['', ...linesOf({ stacks: [stack], groups: null }), ...registers(report)];
  return [...headLines(report), ...stackLines, ...waitingLines(report)];
}

function headLines(report: CrashSummaryReport): string[] {
  const { panic, isRunning, cpu, task, taint, uptimeInSeconds, signature } = report;
  const names = report.taintedModules.map(({ name, taints }) => `${name} (${taints})`);
  const fields: (readonly [name: string, value: string | null])[] = [
    ['panic', panic?.text ?? (isRunning ? 'none: the kernel was running' : null)],
    ...(panic?.oops ?? []).map((line) => ['oops', line] as const),
    ...(panic?.instruction == null ? [] : [['at', panic.instruction] as const]),
    ['kernel', report.release],
    ['uptime', uptimeInSeconds === null ? null : `${uptimeInSeconds} s`],
    ['taint', taint === null ? null : taint.letters === '' ? 'none' : taint.letters],
    ...(panic === null && cpu === null
      ? []
      : ([
          ['CPU', cpu === null ? null : `${cpu.number} (by ${cpu.from})`],
          ['task', task === null ? null : `${task.pid} ${task.comm}`],
          ['culprit', culpritText(report)],
          ['module', report.module],
        ] as const)),
    ...(names.length === 0 ? [] : [['tainted by', firstOf(names, shown.modules)] as const]),
    ...(signature === null
      ? []
      : ([
          ['signature', signature.text],
          ['hash', signature.hash ?? 'none: different bugs share this signature'],
        ] as const)),
  ];
  return fields.map(([name, value]) =>
    printableLine(`${name.padEnd(10)}  ${value ?? unknownText}`),
  );
}

function culpritText({ stack, culprit }: CrashSummaryReport): string | null {
  return culprit === null ? null : (stack?.frames[culprit]?.symbol ?? null);
}

function registers({ cpu }: CrashSummaryReport): string[] {
  const entries = Object.entries(cpu?.registers ?? {}).filter(([name]) => isGeneral.test(name));
  const lines: string[] = [];
  for (let at = 0; at < entries.length; at += registersPerLine) {
    const cells = entries
      .slice(at, at + registersPerLine)
      .map(([name, value]) => `${name.padStart(7)}: ${value.slice(2).padStart(16, '0')}`);
    lines.push(`  ${cells.join('')}`);
  }
  return lines;
}

/** Segments and control registers are in `info` and in JSON. */
const isGeneral = /^(?:[re]?[abcd]x|[re]?[sd]i|[re]?[sbi]p|[re]?flags|r\d+|x\d+|sp|pc|lr)$/;

function waitingLines({ blocked, hung, stuck }: CrashSummaryReport): string[] {
  const hungNames = hung.map(({ pid, comm, seconds }) => `${pid} ${comm} (${seconds} s or more)`);
  return [
    ...(stuck.length === 0 ? [] : ['', 'CPUs that the kernel called stuck:']),
    ...stuck.map((line) => printableLine(`  ${line}`)),
    ...(hung.length === 0
      ? []
      : ['', printableLine(`hung tasks, by the log: ${firstOf(hungNames, shown.hung)}`)]),
    '',
    ...(blocked === null ? ['which tasks are in state D is not known'] : blockedLines(blocked)),
  ];
}

/** How many tasks are blocked, then the groups of them, each with its stack. */
export function blockedLines(blocked: readonly BlockedGroup[]): string[] {
  const count = blocked.reduce((sum, each) => sum + each.count, 0);
  const kept = blocked.slice(0, shown.groups);
  const more = blocked.length - kept.length;
  return [
    count === 0 ? 'no task is in state D' : `${plural(count, 'task')} in state D:`,
    ...kept.flatMap((group) => [
      '',
      ...linesOf({ stacks: [group.stack], groups: [{ ...group, stack: 0 }] }),
    ]),
    ...(more > 0 ? ['', `and ${plural(more, 'more group')} of tasks with other stacks`] : []),
  ];
}

function firstOf(names: readonly string[], limit: number): string {
  const more = names.length - limit;
  return [...names.slice(0, limit), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}
