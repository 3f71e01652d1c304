import type { ModAnswer } from './answers.ts';
import { type Comparison, compareField, type Difference } from './difference.ts';

/** Compares the answered modules with the guest's /proc/modules. */
export function compareModules(answer: ModAnswer, procModules: string): Comparison {
  const saved = parseProcModules(procModules);
  const answered = new Map(answer.modules.map((module) => [module.name, module]));
  const differences: Difference[] = [];
  for (const [name, { base, size }] of saved) {
    const subject = `module ${name}`;
    const module = answered.get(name);
    if (module === undefined) {
      differences.push({ subject, field: 'missing', truth: base, answer: '' });
      continue;
    }
    differences.push(
      ...compareField(subject, 'base', base, normalized(module.base)),
      ...compareField(subject, 'size', size, module.size),
    );
  }
  for (const name of answered.keys()) {
    if (!saved.has(name)) {
      differences.push({ subject: `module ${name}`, field: 'extra', truth: '', answer: name });
    }
  }
  return { compared: saved.size, excluded: [], differences };
}

function parseProcModules(
  text: string,
): ReadonlyMap<string, { readonly base: string; readonly size: number }> {
  return new Map(
    text.split('\n').flatMap((line) => {
      const match = /^(\S+) (\d+) .* (0x[0-9a-f]+)(?: \(\w+\))?$/.exec(line);
      return match === null
        ? []
        : [[match[1] ?? '', { size: Number(match[2]), base: normalized(match[3]) ?? '' }] as const];
    }),
  );
}

function normalized(address: string | null | undefined): string | undefined {
  return address === null || address === undefined
    ? undefined
    : `0x${BigInt(address).toString(16)}`;
}
