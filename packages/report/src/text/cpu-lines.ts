import { type Cpu, hex } from '@vmcorekit/core';
import { addressJson } from '../json/json-line.ts';
import { facts } from '../layout/section.ts';
import type { Style } from '../layout/style.ts';
import type { DataColumn } from '../table/data-column.ts';
import { tableLines } from '../table/table-lines.ts';

/** The registers that a reader looks at first, of every architecture. */
const firstRegisters = [
  'rip',
  'rsp',
  'cr3',
  'cr4',
  'eip',
  'esp',
  'pc',
  'sp',
  'lr',
  'nip',
  'pstate',
  'psw',
];

/** One row per CPU with the most useful registers; all registers if `verbose`. */
export function cpuLines(cpus: readonly Cpu[], style: Style, verbose: boolean): string[] {
  if (verbose) {
    return cpus.flatMap((cpu) => [
      `  CPU ${cpu.index}${cpu.pid === null ? '' : `, pid ${cpu.pid}`}, from ${cpu.from.join(' and ') || 'no readable note'}`,
      ...facts(
        [...cpu.registers].map(([name, value]): [string, string] => [`  ${name}`, hex(value)]),
        style,
      ),
    ]);
  }
  const shown = firstRegisters.filter((name) => cpus.some((cpu) => cpu.registers.has(name)));
  const columns: readonly DataColumn<Cpu>[] = [
    { title: 'cpu', kind: 'number', value: ({ index }) => index },
    { title: 'pid', kind: 'number', value: ({ pid }) => pid },
    ...shown.map(
      (name): DataColumn<Cpu> => ({
        title: name,
        kind: 'number',
        value: ({ registers }) => addressJson(registers.get(name)),
      }),
    ),
  ];
  return tableLines(columns, cpus, style);
}
