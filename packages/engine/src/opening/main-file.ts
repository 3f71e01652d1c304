import {
  type ByteSource,
  type Damage,
  type DumpFormat,
  fileHeadOf,
  reasonOf,
} from '@vmcorekit/core';
import { guardedProbe } from '../running/plugin-call.ts';
import type { StepLimit } from '../running/step-limit.ts';
import type { Registry } from '../toolkit/registry.ts';
import type { Claimed } from './claims.ts';
import type { CompanionOpener } from './opening-context.ts';

/** A file that describes the named one, which lies beside it. */
export interface MainFile {
  readonly name: string;
  readonly source: ByteSource;
  /** The format that opens both. */
  readonly format: DumpFormat;
  /** The reason for the format's claim. */
  readonly because: string;
  /** How to open the named file alone, if the format refuses the two. */
  readonly alone: { readonly format: DumpFormat; readonly because: string };
}

/**
 * The file beside a guessed one that describes it; undefined where there is none. Damage where
 * several do, of which none is chosen, or where none is what its name says.
 */
export async function mainFileOf(
  registry: Registry,
  stepLimit: StepLimit | undefined,
  { name: path }: { readonly name: string },
  { format: guessing, claim: guess }: Claimed,
  open: CompanionOpener,
): Promise<MainFile | Damage | undefined> {
  if (guessing === undefined) {
    return undefined;
  }
  const named = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
  const alone = { format: guessing, because: guess.because };
  const found: MainFile[] = [];
  const others: string[] = [];
  try {
    for (const format of registry.all('formats')) {
      for (const name of format.mainFilesOf?.(named) ?? []) {
        const source = await open(name);
        if (source === undefined) {
          continue;
        }
        const claim = claimTo(source, format, stepLimit);
        if (claim?.strength === 'signature') {
          found.push({ name, source, format, because: claim.because, alone });
        } else {
          source[Symbol.dispose]();
          others.push(`${name} beside it is no file of the format '${format.name}'`);
        }
      }
    }
  } catch (error) {
    disposeAll(found);
    return misfit(`what lies beside it cannot be read: ${reasonOf(error)}`);
  }
  const [only] = found;
  if (only !== undefined && found.length === 1) {
    return only;
  }
  disposeAll(found);
  if (only !== undefined) {
    const names = found.map(({ name }) => name).join(' and ');
    return misfit(`${names} lie beside it, and nothing says which describes it; name one of them`);
  }
  return others.length === 0 ? undefined : misfit(others.join('; '));
}

/** Why a file is opened without the one beside it. */
export function misfit(detail: string): Damage {
  return { name: 'companion-misfit', detail, loses: 'nothing' };
}

function claimTo(source: ByteSource, format: DumpFormat, stepLimit: StepLimit | undefined) {
  try {
    return guardedProbe(format.name, () => format.probe(fileHeadOf(source)), stepLimit);
  } catch (error) {
    source[Symbol.dispose]();
    throw error;
  }
}

function disposeAll(found: readonly MainFile[]): void {
  for (const { source } of found) {
    source[Symbol.dispose]();
  }
}
