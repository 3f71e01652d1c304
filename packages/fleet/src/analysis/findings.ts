import type { Dump, Verdict } from '@vmcorekit/core';
import type { SystemFacts } from 'vmcorekit';
import type { Findings } from '../store/outcome.ts';
import type { Analysis } from './analyses.ts';

/** What results are found by. It comes from the verdict, the system's facts and the analyzers. */
export function findingsOf(
  dump: Pick<Dump, 'damage' | 'architecture' | 'image'>,
  { kernel, confidence }: Verdict,
  system: SystemFacts,
  analyses: ReadonlyMap<string, Analysis>,
): Omit<Findings, 'report'> {
  const taint = system.taint.value;
  const seconds = system.crashTime.value ?? system.wallClock.value ?? system.headerTime.value;
  const signature = objectIn(dataOf(analyses, 'panic-signature'), 'signature');
  return {
    release: kernel?.release ?? null,
    buildId: kernel?.buildId ?? null,
    architecture: dump.architecture?.name ?? dump.image.architecture,
    confidence,
    // Null where different bugs share it: such dumps are of no group.
    signature: textIn(signature, 'hash'),
    signatureText: textIn(signature, 'text'),
    panic: system.panic.value?.text ?? null,
    taint: taint === null ? null : taint.flags.map(({ letter }) => letter ?? '?').join(''),
    dumpedAt: seconds === null ? null : dateOf(seconds),
    damage: [...new Set(dump.damage.map(({ name }) => name))],
    modules: moduleNames(dataOf(analyses, 'mod')),
  };
}

/** Null for a time that no calendar has, as damaged memory may hold one. */
function dateOf(seconds: number): string | null {
  const date = new Date(seconds * 1000);
  const isSane = !Number.isNaN(date.getTime()) && date.getUTCFullYear() < 10_000;
  return isSane ? date.toISOString() : null;
}

function dataOf(analyses: ReadonlyMap<string, Analysis>, name: string): unknown {
  return analyses.get(name)?.data;
}

function moduleNames(data: unknown): string[] {
  const modules = isObject(data) ? data.modules : undefined;
  return Array.isArray(modules)
    ? [...new Set(modules.flatMap((module) => textIn(module, 'name') ?? []))]
    : [];
}

function objectIn(data: unknown, key: string): unknown {
  return isObject(data) ? data[key] : undefined;
}

function textIn(data: unknown, key: string): string | null {
  const value = objectIn(data, key);
  return typeof value === 'string' ? value : null;
}

function isObject(data: unknown): data is Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null;
}
