import type { CpuState } from '../qemu/registers.ts';
import type { Judgement } from './judge.ts';
import type { CompareOutput, InfoOutput, Result } from './probe-output.ts';

/** What the truth has of a CPU, by the library's names. */
const registers: readonly (readonly [string, (cpu: CpuState) => string | null])[] = [
  ['rip', ({ instructionPointer }) => instructionPointer],
  ['cr0', ({ cr0 }) => cr0],
  ['cr3', ({ cr3 }) => cr3],
  ['cr4', ({ cr4 }) => cr4],
  ['efer', ({ efer }) => efer],
  ['idt_base', ({ idtBase }) => idtBase],
];

/**
 * Every page of a stream must be that of the ELF dump of the same stopped machine, and every
 * register what QEMU said of it. Only the ELF dump has the firmware's flash.
 */
export function judgeStream(
  compared: Result<CompareOutput>,
  info: Result<InfoOutput>,
  cpus: readonly CpuState[],
): Judgement {
  if ('failure' in compared) {
    return { outcome: 'failed', because: compared.failure };
  }
  if ('failure' in info) {
    return { outcome: 'failed', because: info.failure };
  }
  const { pages, dumps } = compared.output;
  const { partial = 0, excluded = 0, corrupt = 0 } = dumps[0]?.unknownPages ?? {};
  if (pages.different > 0 || partial + excluded + corrupt > 0) {
    return {
      outcome: 'wrong',
      because: `${pages.different} pages differ, ${partial + excluded + corrupt} are not held`,
    };
  }
  const found = info.output.cpus;
  const wrong = cpus.flatMap((cpu, index) =>
    registers.flatMap(([name, valueIn]) => {
      const value = found[index]?.registers[name];
      return value === valueIn(cpu) ? [] : [`CPU ${index}: ${name} is ${value}`];
    }),
  );
  return found.length === cpus.length && wrong.length === 0
    ? { outcome: 'right', because: '' }
    : { outcome: 'wrong', because: wrong[0] ?? `${found.length} CPUs, not ${cpus.length}` };
}
