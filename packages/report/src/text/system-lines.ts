import { printable, sizeText } from '@vmcorekit/core';
import type { Fact, PanicMessage, SystemFacts, Taint } from '@vmcorekit/engine';
import { facts } from '../layout/section.ts';
import type { Style } from '../layout/style.ts';
import { durationText, secondsText } from '../layout/time-text.ts';
import type { DataColumn } from '../table/data-column.ts';
import { tableLines } from '../table/table-lines.ts';

/** A fact and its label. */
type Row = readonly [label: string, fact: Fact<string>];

const columns: readonly DataColumn<Row>[] = [
  { title: 'field', value: ([label]) => label },
  {
    title: 'value',
    kind: 'prose',
    value: ([, fact]) => (fact.value === null ? `not proved: ${fact.because}` : fact.value),
  },
  { title: 'from', value: ([, fact]) => (fact.value === null ? '' : fact.from) },
];

/**
 * Each fact with its source. Facts that are not proved are named in one line; if `verbose`, each
 * has a line with its reason.
 */
export function systemLines(system: SystemFacts, style: Style, verbose: boolean): string[] {
  const rows = rowsOf(system);
  const unproved = rows.filter(([, { value }]) => value === null);
  const shown = rows.filter((row) => verbose || !unproved.includes(row));
  const names = unproved.map(([label]) => label).join(', ');
  const labelWidth = Math.max(0, ...shown.map(([label]) => label.length));
  return [
    ...tableLines(columns, shown, style),
    ...(verbose || names === ''
      ? []
      : facts([['not proved'.padEnd(labelWidth), `${names} (--verbose says why)`]], style)),
  ];
}

/** A fact in words; without a value, `because` says why. */
export type SystemRow =
  | { readonly label: string; readonly value: string; readonly from: string }
  | { readonly label: string; readonly value: null; readonly because: string };

/** What a dump says of its machine, in words, in the order of the report. */
export function systemRows(system: SystemFacts): SystemRow[] {
  return rowsOf(system).map(([label, fact]) =>
    fact.value === null
      ? { label, value: null, because: printable(fact.because) }
      : { label, value: printable(fact.value), from: printable(fact.from) },
  );
}

function rowsOf(system: SystemFacts): Row[] {
  const { panic } = system;
  return [
    ['host name', system.hostName],
    ['kernel', system.release],
    ['version', system.version],
    ['machine', system.machine],
    ['model', system.machineModel],
    ['firmware', system.firmware],
    ['CPU model', system.cpuModel],
    ['hypervisor', system.hypervisor],
    ['CPUs in the dump', as(system.cpusInDump, String)],
    ['CPUs online', as(system.cpusOnline, String)],
    ['CPUs present', as(system.cpusPresent, String)],
    ['memory in the dump', as(system.memoryInDump, sizeText)],
    ['System RAM', as(system.systemRam, sizeText)],
    ['usable memory', as(system.usableMemory, sizeText)],
    ['crash time', as(system.crashTime, secondsText)],
    ['wall clock', as(system.wallClock, secondsText)],
    ['header time', as(system.headerTime, secondsText)],
    ['uptime', as(system.uptimeInSeconds, durationText)],
    [
      'load average',
      as(system.loadAverage, (loads) => loads.map((one) => one.toFixed(2)).join(', ')),
    ],
    ['tasks', as(system.tasks, String)],
    ['command line', system.commandLine],
    ['taint', as(system.taint, taintText)],
    ['panic', as(panic, ({ text }) => text)],
    ...(panic.value === null ? [] : panicRows(panic.value, panic.from)),
  ];
}

function panicRows({ oops, task }: PanicMessage, from: string): Row[] {
  return [
    ...oops.map((value): Row => ['oops', { value, from }]),
    ...(task === null
      ? []
      : [['panic task', { value: `${task.name}, PID ${task.pid}, CPU ${task.cpu}`, from }] as Row]),
  ];
}

function as<Value>(fact: Fact<Value>, text: (value: Value) => string): Fact<string> {
  return 'because' in fact ? fact : { value: text(fact.value), from: fact.from };
}

/** `P O (0x1001): a proprietary module was loaded; …`. */
function taintText({ mask, flags }: Taint): string {
  const letters = flags.map(({ letter, bit }) => letter ?? `bit ${bit}`).join(' ');
  const meanings = flags.map(({ meaning }) => meaning).join('; ');
  return mask === 0 ? 'not tainted' : `${letters} (${mask}): ${meanings}`;
}
