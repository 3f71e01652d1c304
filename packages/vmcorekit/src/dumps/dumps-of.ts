import { type Dump, isVmcorekitError } from '@vmcorekit/core';
import type { IdentifiedSource } from '@vmcorekit/engine';
import { UsageError } from '../arguments/usage-error.ts';
import { type InputOpener, standardStream } from './open-input.ts';
import { type OpeningWorld, openWithProgress } from './open-with-progress.ts';

/** The files of one dump, ready to open; or the file that is none, with the error. */
export type DumpFiles =
  | {
      readonly files: readonly string[];
      readonly parts: readonly IdentifiedSource[];
      /** Opens the parts as one dump, which takes them over. */
      readonly open: () => Promise<Dump>;
    }
  | { readonly files: readonly string[]; readonly error: unknown };

type Identified = { readonly path: string } & (
  | { readonly part: IdentifiedSource }
  | { readonly error: unknown }
);

/**
 * Sorts files into dumps, in the order given; the parts of a split dump come together at the place
 * of the first. Looks ahead only when it meets a part, so that many dumps are never open at once.
 * Whoever takes the parts owns them. Throws on Ctrl-C.
 */
export async function* dumpsOf(
  world: OpeningWorld,
  paths: readonly string[],
  openInput: InputOpener = (path) => openNamed(world, path),
): AsyncGenerator<DumpFiles, void, void> {
  const waiting: Identified[] = [];
  let next = 0;
  const identifyNext = async (): Promise<Identified | undefined> => {
    const path = paths[next++];
    return path === undefined ? undefined : identifyFile(world, path, openInput);
  };
  try {
    for (;;) {
      const first = waiting.shift() ?? (await identifyNext());
      if (first === undefined) {
        return;
      }
      if ('error' in first) {
        yield { files: [first.path], error: first.error };
        continue;
      }
      const set: IdentifiedSource[] = [first.part];
      if (first.part.splitSet !== null) {
        for (let other = await identifyNext(); other !== undefined; other = await identifyNext()) {
          waiting.push(other);
        }
        set.push(...takeSameSet(first.part, waiting));
      }
      const open = () =>
        openWithProgress(world, first.path, (driving) =>
          world.toolkit.openIdentified(set, driving),
        );
      yield { files: set.map((part) => part.file), parts: set, open };
    }
  } finally {
    for (const left of waiting) {
      if ('part' in left) {
        left.part[Symbol.dispose]();
      }
    }
  }
}

/** A file may be called `-`; where none is, standard input was meant. */
async function openNamed(
  { toolkit }: Pick<OpeningWorld, 'toolkit'>,
  path: string,
): ReturnType<InputOpener> {
  try {
    return await toolkit.openFile(path);
  } catch (error) {
    if (path !== standardStream || !isVmcorekitError(error, 'io')) {
      throw error;
    }
    throw new UsageError(
      'standard input is read by convert and repair only: write it to a file first (convert - FILE), and give that',
    );
  }
}

async function identifyFile(
  world: OpeningWorld,
  path: string,
  openInput: InputOpener,
): Promise<Identified> {
  try {
    const { source, ...named } = await openInput(path);
    const identify = world.toolkit.identify.bind(world.toolkit);
    return {
      path,
      part: await openWithProgress(world, path, (driving) =>
        identify(source, { ...named, ...driving }),
      ),
    };
  } catch (error) {
    world.io.signal.throwIfAborted();
    return { path, error };
  }
}

/** Takes out of `waiting` the parts that belong with `first`. */
function takeSameSet(first: IdentifiedSource, waiting: Identified[]): IdentifiedSource[] {
  const same: IdentifiedSource[] = [];
  const others: Identified[] = [];
  for (const candidate of waiting) {
    if (
      'part' in candidate &&
      candidate.part.format === first.format &&
      candidate.part.splitSet === first.splitSet
    ) {
      same.push(candidate.part);
    } else {
      others.push(candidate);
    }
  }
  waiting.splice(0, waiting.length, ...others);
  return same;
}
