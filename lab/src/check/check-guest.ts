import { join } from 'node:path';
import { makeTemporaryFolder } from '../cleanup.ts';
import type { Truth } from '../truth/truth.ts';
import { judge } from './judge.ts';
import { judgeMemory } from './judge-memory.ts';
import { openKernelRoots } from './kernel-roots.ts';
import type { Cell } from './matrix.ts';
import { listQuestions } from './questions.ts';
import { info, probe } from './vmcorekit.ts';
import { copyWithoutCpuNotes } from './without-cpu-notes.ts';

/** What is the same for every guest of a check. */
export interface Subject {
  readonly outputFolder: string;
  readonly heuristics: readonly string[];
  /** Files by kernel release. */
  readonly systemMaps: ReadonlyMap<string, string>;
}

/** Formats whose files the lab can take the CPU notes away from: a flattened file's would have to be found record by record. */
const formatsToStrip: readonly string[] = ['elf', 'kdump-raw-zlib'];

/** Asks every question about every dump of a guest, and about copies without CPU notes, and holds the answers against its truth. */
export async function checkGuest(truth: Truth, subject: Subject): Promise<readonly Cell[]> {
  using temporary = makeTemporaryFolder();
  using roots = openKernelRoots(truth, join(subject.outputFolder, truth.guest));
  const whole = truth.dumps.map(({ file, format }) => ({ file: join(subject.outputFolder, truth.guest, file), format }));
  const stripped = whole
    .filter(({ format }) => formatsToStrip.includes(format) && truth.architecture === 'x86_64')
    .map(({ file, format }) => {
      const copy = join(temporary.path, `${format}.vmcore`);
      copyWithoutCpuNotes(file, copy);
      return { file: copy, format: `${format}, no CPUs` };
    });
  const cells: Cell[] = [];
  for (const { file, format } of whole) {
    cells.push({ guest: truth.guest, format, column: 'memory', judgement: judgeMemory(await info(file), truth) });
  }
  for (const { column, options } of listQuestions(truth.release, subject)) {
    const dumps = [...whole, ...stripped];
    const results = await probe(
      dumps.map(({ file }) => file),
      options,
    );
    for (const { file, format } of dumps) {
      const result = results.get(file) ?? { failure: 'no answer' };
      cells.push({ guest: truth.guest, format, column, judgement: judge(result, truth, roots.isKernelRoot) });
    }
  }
  return cells;
}
