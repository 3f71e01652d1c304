import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { makeTemporaryFolder } from '../cleanup.ts';
import { systemMapFileName } from '../truth/system-map.ts';
import type { DumpRecord, Truth } from '../truth/truth.ts';
import { inParallel } from './in-parallel.ts';
import { judge } from './judge.ts';
import { type Cell, isUnacceptable, showMatrix } from './matrix.ts';
import { listHeuristics, probe, vmcorekitVersion } from './vmcorekit.ts';
import { copyWithoutCpuNotes } from './without-cpu-notes.ts';

export interface CheckRequest {
  readonly outputFolder: string;
  /** Only these guests; absent: every one that has a truth. */
  readonly names: readonly string[] | undefined;
  /** Where the table is written too. */
  readonly markdownFile: string | undefined;
}

/** What is the same for every dump of a check. */
interface Subject {
  readonly outputFolder: string;
  readonly heuristics: readonly string[];
  /** Files by kernel release. */
  readonly systemMaps: ReadonlyMap<string, string>;
}

/** Formats whose files the lab can take the CPU notes away from: a flattened file's would have to be found record by record. */
const formatsToStrip: readonly string[] = ['elf', 'kdump-raw-zlib'];

/** Asks vmcorekit about every dump there is, every way there is, and holds the answers against the truth. @returns the exit code. */
export async function checkGuests(request: CheckRequest): Promise<number> {
  const outputFolder = resolve(request.outputFolder);
  const everyTruth = readTruths(outputFolder);
  const truths = everyTruth.filter(({ guest }) => request.names?.includes(guest) ?? true);
  if (truths.length === 0) {
    throw new Error('nothing to check: make guests first (npm run lab -- --all)');
  }
  const subject = {
    outputFolder,
    heuristics: await listHeuristics(),
    systemMaps: findSystemMaps(everyTruth, outputFolder),
  };
  const tasks = truths.flatMap((truth) => truth.dumps.map((dump) => () => checkDump(truth, dump, subject)));
  const cells = (await inParallel(tasks, availableParallelism())).flat();
  const table = showMatrix(cells, { date: new Date().toISOString().slice(0, 10), versions: await listVersions(truths) });
  process.stdout.write(table);
  if (request.markdownFile !== undefined) {
    mkdirSync(dirname(resolve(request.markdownFile)), { recursive: true });
    writeFileSync(request.markdownFile, table);
  }
  return cells.some(isUnacceptable) ? 1 : 0;
}

function readTruths(outputFolder: string): readonly Truth[] {
  return readdirSync(outputFolder)
    .filter((name) => !name.startsWith('.'))
    .map((name) => join(outputFolder, name, 'truth.json'))
    .filter((file) => existsSync(file))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')) as Truth);
}

async function checkDump(truth: Truth, dump: DumpRecord, subject: Subject): Promise<readonly Cell[]> {
  const file = join(subject.outputFolder, truth.guest, dump.file);
  const symbols = symbolOptions(subject.systemMaps.get(truth.release ?? ''));
  const falseSymbols = symbolOptions([...subject.systemMaps].find(([release]) => release !== truth.release)?.[1]);
  const cells: Cell[] = [];
  const ask = async (column: string, askedFile: string, options: readonly string[]): Promise<void> => {
    const judgement = judge(await probe(askedFile, options), truth);
    cells.push({ guest: truth.guest, format: dump.format, column, judgement });
  };
  const askInBreadth = async (askedFile: string, suffix: string): Promise<void> => {
    await ask(`default${suffix}`, askedFile, []);
    await ask(`all${suffix}`, askedFile, ['--all']);
    if (symbols.length > 0) {
      await ask(`symbols${suffix}`, askedFile, ['--all', ...symbols]);
    }
    if (falseSymbols.length > 0) {
      await ask(`false symbols${suffix}`, askedFile, ['--all', ...falseSymbols]);
    }
  };
  await askInBreadth(file, '');
  if (formatsToStrip.includes(dump.format) && truth.architecture === 'x86_64') {
    using temporary = makeTemporaryFolder();
    const stripped = join(temporary.path, dump.file);
    copyWithoutCpuNotes(file, stripped);
    await askInBreadth(stripped, ', no CPUs');
  }
  for (const heuristic of subject.heuristics) {
    await ask(heuristic, file, ['--only', heuristic, ...symbols]);
  }
  return cells;
}

function symbolOptions(systemMapFile: string | undefined): readonly string[] {
  return systemMapFile === undefined ? [] : ['--symbols', systemMapFile];
}

/** The System.map of each release that some guest told. */
function findSystemMaps(truths: readonly Truth[], outputFolder: string): ReadonlyMap<string, string> {
  return new Map(
    truths.flatMap(({ guest, release }) => {
      const file = join(outputFolder, guest, systemMapFileName);
      return release !== undefined && existsSync(file) ? [[release, file] as const] : [];
    }),
  );
}

async function listVersions(truths: readonly Truth[]): Promise<ReadonlyMap<string, string>> {
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
