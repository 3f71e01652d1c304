// Imports what each kind of damage needs: they are tried one after the other.
import { existsSync, readFileSync } from 'node:fs';
import { machine } from 'node:os';
import { join } from 'node:path';
import { BufferSource, type Dump, type Kernel, type Verdict } from '@vmcorekit/core';
import type { Toolkit } from '@vmcorekit/engine';
import { FileSource } from '@vmcorekit/node';
import { vmcorekit } from '../check/vmcorekit.ts';
import { makeTemporaryFolder } from '../cleanup.ts';
import { dumpFileName, findElfDump } from '../dump/dump-record.ts';
import { runCommand } from '../run-command.ts';
import { type Answers, askAll, questions } from './ask.ts';
import { chooseDamage, type DamageKind } from './choose-pages.ts';
import { DamagedMemory, damagedDump, dumpWith } from './damaged-memory.ts';
import { forgeries } from './forgeries.ts';
import { costOf, failuresOf, faultsOf, inventionsOf, isNamedError } from './judge-answers.ts';
import { judgeChanges } from './judge-changes.ts';
import { MemoryEdit } from './memory-edit.ts';

/** One kind of damage to one guest. */
export interface DamageCell {
  readonly guest: string;
  readonly kind: string;
  readonly tried: number;
  /** A sentence each. */
  readonly faults: readonly string[];
  /** Of dumps of which bytes changed: how many values are other, and marked. */
  readonly marked?: number;
  /** And those that only the changed bytes hold: where, and how many. */
  readonly own?: ReadonlyMap<string, number>;
}

const cutShares = [0.25, 0.5, 0.75, 0.9] as const;
const filterLevels = ['1', '17', '31'] as const;
/** How many of the pages that an answer needs are damaged at once. */
const pageCounts = [1, 4, 16] as const;

/** Tries every kind of damage on the dump of a guest; `seeds` mutants of each kind. */
export async function* damageGuest(
  toolkit: Toolkit,
  guest: string,
  folder: string,
  seeds: number,
): AsyncGenerator<DamageCell, void, void> {
  const file = findElfDump(folder);
  if (file === undefined) {
    throw new Error(`${guest} has no ELF dump`);
  }
  using dump = await toolkit.open(new FileSource(file));
  const whole = await askAll(toolkit, dumpWith(dump, new DamagedMemory(dump.image.memory)));
  // A search may read every page there is, and answers need few of them.
  const recorded = new DamagedMemory(dump.image.memory);
  await askAll(toolkit, dumpWith(dump, recorded), questions, whole.verdict);
  const pages = [...recorded.touched.members()];
  const mutants = async (kind: DamageKind): Promise<DamageCell> => {
    const faults: string[] = [];
    const own = new Map<string, number>();
    let marked = 0;
    for (let seed = 0; seed < seeds; seed++) {
      const count = pageCounts[seed % pageCounts.length] ?? 1;
      const damage = chooseDamage(dump.image.memory, pages, { seed, count, kind });
      const answers = await askAll(toolkit, damagedDump(dump, damage));
      const found = [...failuresOf(whole, answers), ...costOf(whole, answers, pagesIn(dump))];
      if (kind === 'lost') {
        found.push(...inventionsOf(whole, answers));
      } else {
        const changes = judgeChanges(whole, answers);
        found.push(...changes.faults);
        marked += changes.marked;
        for (const [at, times] of changes.own) {
          own.set(at, (own.get(at) ?? 0) + times);
        }
      }
      faults.push(...found.map((each) => `seed ${seed}, ${count} pages: ${each}`));
    }
    return { guest, kind, tried: seeds, faults, ...(kind === 'lost' ? {} : { marked, own }) };
  };
  yield await forged(toolkit, dump, whole.verdict, guest);
  // makedumpfile reads its own machine's dumps only.
  if (dump.architecture?.machines.utsname.includes(machine()) === true) {
    yield await filtered(toolkit, whole, file, guest);
  }
  yield await cut(toolkit, whole, folder, guest);
  for (const kind of ['lost', 'zeroed', 'flipped'] as const) {
    yield await mutants(kind);
  }
}

function pagesIn({ image: { memory } }: Dump): number {
  return memory.ranges.reduce(
    (sum, { start, end }) => sum + (end - start) / memory.pageSizeInBytes,
    0,
  );
}

/** What makedumpfile leaves out is no kernel data, so answers stay, but for programs' pages. */
async function filtered(
  toolkit: Toolkit,
  whole: Answers,
  file: string,
  guest: string,
): Promise<DamageCell> {
  using temporary = makeTemporaryFolder();
  const repaired = join(temporary.path, 'repaired');
  await vmcorekit(['repair', file, repaired]);
  const faults: string[] = [];
  for (const level of filterLevels) {
    const path = join(temporary.path, `level-${level}`);
    try {
      await runCommand('makedumpfile', ['-c', '-d', level, repaired, path]);
    } catch (error) {
      faults.push(`makedumpfile -d ${level}: ${(error as Error).message.split('\n')[1] ?? ''}`);
      continue;
    }
    using dump = await toolkit.open(new FileSource(path));
    const answers = await askAll(toolkit, dump);
    faults.push(
      ...faultsOf(whole, answers, pagesIn(dump)).map((each) => `makedumpfile -d ${level}: ${each}`),
    );
  }
  return { guest, kind: 'filtered', tried: filterLevels.length, faults };
}

async function cut(
  toolkit: Toolkit,
  whole: Answers,
  folder: string,
  guest: string,
): Promise<DamageCell> {
  const faults: string[] = [];
  let tried = 0;
  for (const format of ['elf', 'proc-vmcore', 'kdump-raw-zlib']) {
    const path = join(folder, dumpFileName(format));
    if (!existsSync(path)) {
      continue;
    }
    const bytes = readFileSync(path);
    for (const share of cutShares) {
      tried++;
      const where = `${format} cut at ${share * 100} %`;
      const kept = bytes.subarray(0, Math.floor(bytes.length * share));
      try {
        using dump = await toolkit.open(new BufferSource(kept));
        const answers = await askAll(toolkit, dump);
        const found = faultsOf(whole, answers, pagesIn(dump));
        faults.push(...found.map((each) => `${where}: ${each}`));
      } catch (error) {
        if (!isNamedError(error)) {
          faults.push(`${where}: ${(error as Error).message}`);
        }
      }
    }
  }
  return { guest, kind: 'cut', tried, faults };
}

async function forged(
  toolkit: Toolkit,
  dump: Dump,
  verdict: Verdict,
  guest: string,
): Promise<DamageCell> {
  const faults: string[] = [];
  let tried = 0;
  const asked = questions.filter(({ name }) => ['ps', 'bt', 'mod'].includes(name));
  for (const forgery of forgeries) {
    const kernel: Kernel | null = await toolkit.openKernel(dump, verdict);
    if (kernel === null) {
      faults.push('the whole dump has no kernel that can be read');
      break;
    }
    if (kernel.symbols.find(forgery.symbol) === undefined) {
      continue;
    }
    tried += 1;
    try {
      const edit = new MemoryEdit(kernel);
      const check = forgery.forge(kernel, edit);
      const lied = damagedDump(dump, { changed: edit.changed });
      const fault = check(await askAll(toolkit, lied, asked));
      faults.push(...(fault === undefined ? [] : [`${forgery.name}: ${fault}`]));
    } catch (error) {
      faults.push(`${forgery.name}: cannot be tried: ${(error as Error).message}`);
    }
  }
  return { guest, kind: 'forged', tried, faults };
}
