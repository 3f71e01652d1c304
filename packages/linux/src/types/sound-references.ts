import type { TypeEntry } from './type-entry.ts';

/** Types that lead to each other without a name between them: Linux has fewer than twenty. */
const maxDepth = 64;

/** Which types a way may lead through. */
interface Ways {
  of(entry: TypeEntry): readonly number[];
}

/** All that a type's text may go through: a structure with a name is only named. */
const written: Ways = {
  of: (entry) => {
    switch (entry.kind) {
      case 'struct':
      case 'union':
        return entry.name === '' ? entry.members.map(({ of }) => of) : [];
      case 'prototype':
        return [entry.of, ...entry.parameters.map(({ of }) => of)];
      case 'function':
      case 'variable':
      case 'pointer':
        return [entry.of];
      default:
        return held.of(entry);
    }
  },
};

/** What a value of a type is made of. */
const held: Ways = {
  of: (entry) => {
    switch (entry.kind) {
      case 'struct':
      case 'union':
        return entry.members.map(({ of }) => of);
      case 'const':
      case 'volatile':
      case 'restrict':
      case 'typedef':
      case 'array':
        return [entry.of];
      default:
        return [];
    }
  },
};

/**
 * The types whose references go in a circle, or too deep. A reader of such types would never come
 * to an end. No compiler makes them: only a damaged or hostile dump has them.
 */
export function endlessTypes(
  count: number,
  entry: (id: number) => TypeEntry | undefined,
): ReadonlySet<number> {
  const endless = new Set<number>();
  for (const ways of [written, held]) {
    // 0: not seen. 1: on the way. Else one more than the longest way from there.
    const depths = new Uint8Array(count);
    const visit = (id: number, depth: number): number => {
      const known = depths[id] ?? 2;
      if (known !== 0) {
        return known;
      }
      depths[id] = 1;
      const found = depth > maxDepth ? undefined : entry(id);
      let deepest = 2;
      for (const next of found === undefined ? [] : ways.of(found)) {
        const below = next === 0 || endless.has(next) ? 2 : visit(next, depth + 1);
        if (below === 1 || below >= maxDepth) {
          endless.add(id);
        }
        deepest = Math.max(deepest, below + 1);
      }
      if (depth > maxDepth) {
        endless.add(id);
      }
      depths[id] = endless.has(id) ? 2 : Math.min(deepest, maxDepth);
      return depths[id] ?? 2;
    };
    for (let id = 1; id < count; id++) {
      visit(id, 0);
    }
  }
  return endless;
}
