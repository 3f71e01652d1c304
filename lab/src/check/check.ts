import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { systemMapFileName } from '../truth/system-map.ts';
import type { Truth } from '../truth/truth.ts';
import { checkGuest } from './check-guest.ts';
import { inParallel } from './in-parallel.ts';
import { joinCells, joinVersions, keepOthers } from './kept-cells.ts';
import { type Cell, isUnacceptable, type MatrixFacts, matrixJson, showMatrix } from './matrix.ts';
import { listHeuristics, vmcorekitVersion } from './vmcorekit.ts';

export interface CheckRequest {
  readonly outputFolder: string;
  /** Only these guests; absent: every one that has a truth. */
  readonly names: readonly string[] | undefined;
  /**
   * Where the table is written too, as Markdown and as JSON. Rows already there, of guests that are
   * not asked now, are kept.
   */
  readonly writeFolder: string | undefined;
}

/**
 * Asks vmcorekit about every dump, in every way, and compares the answers with the truth. @returns
 * the exit code.
 */
export async function checkGuests(request: CheckRequest): Promise<number> {
  const outputFolder = resolve(request.outputFolder);
  const everyTruth = readTruths(outputFolder);
  const truths = everyTruth.filter(({ guest }) => request.names?.includes(guest) ?? true);
  if (truths.length === 0) {
    throw new Error('nothing to check: make guests first (npm run lab -- --all)');
  }
  const checked = new Date().toISOString().slice(0, 10);
  const subject = {
    outputFolder,
    checked,
    heuristics: await listHeuristics(),
    systemMaps: findSystemMaps(everyTruth, outputFolder),
  };
  const tasks = truths.map((truth) => async () => {
    const ofGuest = await checkGuest(truth, subject);
    process.stderr.write(`${truth.guest}: ${summarize(ofGuest)}\n`);
    return ofGuest;
  });
  const cells = (await inParallel(tasks, availableParallelism())).flat();
  const facts = { date: checked, versions: await listVersions(truths) };
  if (request.writeFolder === undefined) {
    process.stdout.write(showMatrix(cells, facts));
  } else {
    process.stdout.write(writeMatrix(resolve(request.writeFolder), cells, facts));
  }
  return cells.some(isUnacceptable) ? 1 : 0;
}

/** Writes both files, with the rows of other guests that they had. @returns the Markdown. */
function writeMatrix(folder: string, asked: readonly Cell[], facts: MatrixFacts): string {
  const jsonFile = join(folder, 'support-matrix.json');
  const kept = existsSync(jsonFile)
    ? keepOthers(readFileSync(jsonFile, 'utf8'), new Set(asked.map(({ guest }) => guest)))
    : undefined;
  const cells = joinCells(kept?.cells ?? [], asked);
  const joined = {
    ...facts,
    versions: joinVersions(kept?.versions ?? new Map(), facts.versions),
  };
  const table = showMatrix(cells, joined);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'support-matrix.md'), table);
  writeFileSync(jsonFile, matrixJson(cells, joined));
  return table;
}

function summarize(cells: readonly Cell[]): string {
  const outcomes = [...new Set(cells.map((cell) => cell.judgement.outcome))].sort();
  return outcomes
    .map(
      (outcome) =>
        `${cells.filter((cell) => cell.judgement.outcome === outcome).length} ${outcome}`,
    )
    .join(', ');
}

/** Every guest that has a truth. */
export function readTruths(outputFolder: string): readonly Truth[] {
  return readdirSync(outputFolder)
    .filter((name) => !name.startsWith('.'))
    .map((name) => join(outputFolder, name, 'truth.json'))
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')) as Truth);
}

/** The System.map of each release for which some guest printed one. */
function findSystemMaps(
  truths: readonly Truth[],
  outputFolder: string,
): ReadonlyMap<string, string> {
  return new Map(
    truths.flatMap(({ guest, release }) => {
      const file = join(outputFolder, guest, systemMapFileName);
      return release !== undefined && existsSync(file) ? [[release, file] as const] : [];
    }),
  );
}

/** What was asked, and what was asked about. */
export async function listVersions(truths: readonly Truth[]): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['vmcorekit', await vmcorekitVersion()],
    ['QEMU', distinct(truths.map((truth) => truth.qemuVersion))],
    ['kernels', distinct(truths.map((truth) => truth.kernelPackage))],
    ['Node', process.version],
  ]);
}

function distinct(values: readonly (string | null)[]): string {
  return [...new Set(values.filter((value) => value !== null))].sort().join(', ');
}
