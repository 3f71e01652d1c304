import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FuzzTarget } from './target.ts';

/** The corpus in the repository: built seeds, and inputs that were findings. */
export const corpusFolder: string = join(import.meta.dirname, '..', 'corpus');
/**
 * New findings. Not part of the repository: a finding becomes a regression test, and an input of
 * the corpus.
 */
export const findingsFolder: string = join(import.meta.dirname, '..', 'findings');

/** The inputs kept for a target, by file name. */
export function corpusOf(target: Pick<FuzzTarget, 'name'>): Uint8Array[] {
  const folder = join(corpusFolder, target.name);
  return existsSync(folder)
    ? readdirSync(folder)
        .toSorted()
        .map((name) => new Uint8Array(readFileSync(join(folder, name))))
    : [];
}

/** Writes the built seeds into the corpus. */
export async function writeSeeds(target: FuzzTarget): Promise<void> {
  const folder = join(corpusFolder, target.name);
  mkdirSync(folder, { recursive: true });
  for (const [index, bytes] of (await target.seeds()).entries()) {
    writeFileSync(join(folder, `seed-${index}`), bytes);
  }
}

/** Keeps an input that broke a promise; returns the path. */
export function keepFinding(target: string, bytes: Uint8Array): string {
  mkdirSync(findingsFolder, { recursive: true });
  let path = join(findingsFolder, target);
  for (let number = 1; existsSync(path); number++) {
    path = join(findingsFolder, `${target}-${number}`);
  }
  writeFileSync(path, bytes);
  return path;
}
