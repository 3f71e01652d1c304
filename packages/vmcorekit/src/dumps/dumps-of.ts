import { type Dump, isVmcorekitError, shownName } from '@vmcorekit/core';
import type { IdentifiedSource } from '@vmcorekit/engine';
import { UsageError } from '../arguments/usage-error.ts';
import { type Identified, LookAhead } from './look-ahead.ts';
import { type NamedFile, namedFiles } from './named-file.ts';
import { type InputOpener, standardStream } from './open-input.ts';
import { type OpeningWorld, openWithProgress } from './open-with-progress.ts';

/** The files of one dump, ready to open; or a file that is no dump, with the error. */
export type DumpFiles = {
  readonly files: readonly string[];
  /** True if a walk through a folder met them; false if the user named them. */
  readonly isFound: boolean;
  /** True if the dump was open before, and stays open. */
  readonly isKeptOpen?: true;
} & (
  | {
      readonly parts: readonly IdentifiedSource[];
      /** Opens the parts as one dump, which takes them over. */
      readonly open: () => Promise<Dump>;
    }
  | { readonly error: unknown }
);

/**
 * Sorts files into dumps, in the order given; the parts of a split dump come together at the place
 * of the first. Looks ahead only when it meets a part, so that many dumps are never open at once.
 * The caller owns the parts. Throws on Ctrl-C.
 */
export async function* dumpsOf(
  world: OpeningWorld,
  paths: readonly string[],
  openInput?: InputOpener,
): AsyncGenerator<DumpFiles, void, void> {
  yield* dumpsAmong(world, namedFiles(paths), openInput);
}

/** The same for files that come one after another, as from a walk through a folder. */
export async function* dumpsAmong(
  world: OpeningWorld,
  files: Iterable<NamedFile> | AsyncIterable<NamedFile>,
  openInput: InputOpener = (path) => openNamed(world, path),
): AsyncGenerator<DumpFiles, void, void> {
  const ahead = new LookAhead(files, (file) => identifyFile(world, file, openInput));
  try {
    for (let first = await ahead.next(); first !== undefined; first = await ahead.next()) {
      const { path, foundIn } = first.file;
      const isFound = foundIn !== null;
      if ('error' in first) {
        yield { files: [shownName(path)], isFound, error: first.error };
        continue;
      }
      const parts = await ahead.setOf(first.file, first.part);
      const open = () =>
        openWithProgress(world, path, (driving) => world.toolkit.openIdentified(parts, driving));
      yield { files: parts.map(({ file }) => file), isFound, parts, open };
    }
  } finally {
    await ahead.close();
  }
}

/** Opens a file by its name. If no file is called `-`, the user meant standard input. */
async function openNamed(
  { toolkit, global }: Pick<OpeningWorld, 'toolkit' | 'global'>,
  path: string,
): ReturnType<InputOpener> {
  try {
    return await toolkit.openFile(path, global);
  } catch (error) {
    if (path === standardStream && isVmcorekitError(error, 'io')) {
      throw new UsageError(
        'only convert and repair read standard input; write it to a file first: ' +
          'vmcorekit convert - FILE',
      );
    }
    throw error;
  }
}

async function identifyFile(
  world: OpeningWorld,
  file: NamedFile,
  openInput: InputOpener,
): Promise<Identified> {
  try {
    const { source, ...named } = await openInput(file.path);
    const identify = world.toolkit.identify.bind(world.toolkit);
    return {
      file,
      part: await openWithProgress(world, file.path, (driving) =>
        identify(source, {
          ...named,
          ...driving,
          format: world.global.format,
          ...(file.foundIn === null ? {} : { withoutGuesses: true }),
        }),
      ),
    };
  } catch (error) {
    world.io.signal.throwIfAborted();
    return { file, error };
  }
}
