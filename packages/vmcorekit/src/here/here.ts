import { isDeepStrictEqual } from 'node:util';
import type { Dump } from '@vmcorekit/core';
import type { SearchOptions } from '@vmcorekit/engine';
import type { LazyCommand } from '../command.ts';
import type { Composition } from '../composition.ts';
import { openOneDump } from '../dumps/open-one-dump.ts';
import type { RuledVerdict } from '../dumps/ruled-verdict.ts';
import type { GlobalOptions } from '../global-options.ts';
import type { Io } from '../io.ts';
import type { DumpHere } from './dump-here.ts';

/** What a dump is opened with, for several commands. */
export interface HereOptions {
  readonly io: Io;
  readonly global: GlobalOptions;
  readonly composition: Composition;
  /** Every command that may run on it. */
  readonly commands: readonly LazyCommand[];
  /** As a user names the files of the dump. */
  readonly paths: readonly string[];
  /** The search that commands begin with; their own options go before it. */
  readonly search: SearchOptions;
}

/**
 * A dump that stays open while commands run on it, as in a shell or a server. It keeps the verdict
 * of each search. Commands that run at once may search twice, and find the same.
 */
export class Here implements DumpHere, Disposable {
  readonly dump: Dump;
  readonly paths: readonly string[];
  readonly composition: Composition;
  readonly commands: readonly LazyCommand[];
  /** The options of every command that the dump was opened with. */
  readonly global: GlobalOptions;
  readonly #search: SearchOptions;
  readonly #kept: { readonly key: unknown; readonly ruled: RuledVerdict }[] = [];

  /** Takes over a dump that is open. */
  constructor(
    dump: Dump,
    { global, composition, commands, paths, search }: Omit<HereOptions, 'io'>,
  ) {
    this.dump = dump;
    this.global = global;
    this.composition = composition;
    this.commands = commands;
    this.paths = paths;
    this.#search = search;
  }

  /** Opens the dump, with progress on stderr. Throws as `openOneDump` does. */
  static async open(options: HereOptions): Promise<Here> {
    const { io, global, composition, paths } = options;
    const dump = await openOneDump({ io, global, toolkit: composition.toolkit }, paths);
    return new Here(dump, options);
  }

  /**
   * The verdict of a search: one kept, else the one that `find` makes with the options that the
   * dump was opened with and those of `own`. Closes symbol files of `own` that it does not need.
   */
  async located(
    own: SearchOptions,
    find: (search: SearchOptions) => Promise<RuledVerdict>,
  ): Promise<RuledVerdict> {
    const search: SearchOptions = {
      ...this.#search,
      ...own,
      all: own.all === true || this.#search.all === true,
      options: { ...this.#search.options, ...own.options },
    };
    const key = keyOf(search);
    const known = this.#kept.find((each) => isDeepStrictEqual(each.key, key));
    if (known !== undefined) {
      for (const table of own.symbolFiles ?? []) {
        table[Symbol.dispose]?.();
      }
      return known.ruled;
    }
    const ruled = await find(search);
    if (this.dump.sourceFailure === null) {
      this.#kept.push({ key, ruled });
    }
    return ruled;
  }

  [Symbol.dispose](): void {
    this.dump[Symbol.dispose]();
  }
}

/** What makes two searches equal. A symbol file counts by its name and its build ID. */
function keyOf({ symbolFiles = [], guard: _guard, ...search }: SearchOptions): unknown {
  return { ...search, symbolFiles: symbolFiles.map(({ from, buildId }) => ({ from, buildId })) };
}
