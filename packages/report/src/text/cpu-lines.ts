import { type Cpu, hex } from '@vmcorekit/core';
import { facts } from '../layout/section.ts';
import type { Style } from '../layout/style.ts';
import { table } from '../layout/table.ts';

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
  return table(
    ['cpu', 'pid', ...shown].map((title) => ({ title, isRightAligned: true })),
    cpus.map((cpu) => [
      String(cpu.index),
      String(cpu.pid ?? '–'),
      ...shown.map((name) => {
        const value = cpu.registers.get(name);
        return value === undefined ? '–' : hex(value);
      }),
    ]),
    style,
  );
}
