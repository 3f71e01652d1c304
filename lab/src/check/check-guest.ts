import { join } from 'node:path';
import { makeTemporaryFolder } from '../cleanup.ts';
import { dumpFileName } from '../dump/dump-record.ts';
import type { DumpRecord, Truth } from '../truth/truth.ts';
import { judge } from './judge.ts';
import { judgeMemory } from './judge-memory.ts';
import { openKernelRoots } from './kernel-roots.ts';
import type { Cell } from './matrix.ts';
import { listQuestions } from './questions.ts';
import type { Subject } from './subject.ts';
import { info, probe } from './vmcorekit.ts';
import { copyWithoutCpuNotes } from './without-cpu-notes.ts';

/**
 * Formats whose CPU notes the lab can remove. A flattened file's would have to be found record by
 * record.
 */
const formatsToStrip: readonly string[] = ['elf', 'kdump-raw-zlib'];

/**
 * Asks every question about every dump of a guest, and about copies without CPU notes, and compares
 * the answers with its truth.
 */
export async function checkGuest(truth: Truth, subject: Subject): Promise<readonly Cell[]> {
  using temporary = makeTemporaryFolder();
  const folder = join(subject.outputFolder, truth.guest);
  using roots = openKernelRoots(truth, folder);
  const whole = truth.dumps.map((dump) => ({
    ...dump,
    files: [dump.file, ...(dump.otherParts ?? [])].map((file) => join(folder, file)),
  }));
  const stripped = whole
    .filter(({ format }) => formatsToStrip.includes(format))
    .map((dump) => {
      const copy = join(temporary.path, dumpFileName(dump.format));
      copyWithoutCpuNotes(dump.files[0] ?? '', copy);
      return { ...dump, files: [copy], format: `${dump.format}, no CPUs` };
    });
  const dumps = [...whole, ...stripped];
  const cells: Cell[] = [];
  const who = { guest: truth.guest, machine: truth.architecture, checked: subject.checked };
  for (const { files, format } of whole.filter(holdsAllMemory)) {
    cells.push({
      ...who,
      format,
      column: 'memory',
      judgement: judgeMemory(await info(files[0] ?? ''), truth),
    });
  }
  for (const { column, options } of listQuestions({ ...who, release: truth.release }, subject)) {
    const results = await probe(
      dumps.flatMap(({ files }) => files),
      options,
    );
    for (const { files, format, origin } of dumps) {
      const result = results.get(files[0] ?? '') ?? { failure: 'no answer' };
      cells.push({
        ...who,
        format,
        column,
        judgement: judge(result, truth, origin, roots.isKernelRoot),
      });
    }
  }
  return cells;
}

/**
 * QEMU's paging mode leaves out what no CPU's page tables map. A kdump kernel leaves out its own
 * reserve, makedumpfile what its options say.
 */
function holdsAllMemory({ format, origin }: DumpRecord): boolean {
  return (
    origin.capturedBy === 'qemu' && origin.writtenBy !== 'makedumpfile' && format !== 'elf-paging'
  );
}
