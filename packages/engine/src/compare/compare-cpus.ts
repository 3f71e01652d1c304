import type { Cpu } from '@vmcorekit/core';
import type { CpuComparison } from './comparison.ts';

/** Compares CPUs that formats themselves store, in their order: those of notes are notes. */
export function compareCpus(first: readonly Cpu[], second: readonly Cpu[]): CpuComparison {
  const [one, other] = [first.filter(isOfFormat), second.filter(isOfFormat)];
  const count = one.filter((cpu, index) => isSame(cpu, other[index])).length;
  return { count, onlyIn: [one.length - count, other.length - count] };
}

function isOfFormat({ from }: Cpu): boolean {
  return from.includes('format');
}

function isSame(one: Cpu, other: Cpu | undefined): boolean {
  return (
    one.pid === other?.pid &&
    one.registers.size === other.registers.size &&
    [...one.registers].every(([name, value]) => other.registers.get(name) === value)
  );
}
