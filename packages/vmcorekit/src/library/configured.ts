import type { Toolkit } from '@vmcorekit/engine';
import { compose } from '../composition.ts';
import { locateByRules } from '../dumps/locate-by-rules.ts';
import { openOneDump } from '../dumps/open-one-dump.ts';
import type { GlobalOptions } from '../global-options.ts';
import type { Io } from '../io.ts';
import { createDefaultToolkit } from './default-toolkit.ts';
import { OpenedDump } from './opened-dump.ts';
import type { WorkOptions } from './work-options.ts';

/** How the command `vmcorekit` would be configured. Every field but `remark` is optional. */
export interface ConfiguredOptions {
  /** Gets what the command writes to stderr: plug-ins left out, configurations ignored. */
  readonly remark: (text: string) => void;
  /** A configuration file to use instead of those found; false for none. */
  readonly config?: string | false;
  /** The dumps to keep types and symbols of between runs. Only dumps that the user trusts. */
  readonly kept?: readonly string[];
  /** The format to open the files with, by its name. */
  readonly format?: string;
}

/** The user's configuration: its plug-ins, and a way to open dumps by its rules. */
export interface Configured {
  readonly toolkit: Toolkit;
  /**
   * Opens one dump, or the parts of a split one in any order. Its `locate` searches as the rules
   * say. Throws what the command reports: `io`, `unknown-format`, `unsupported` and others.
   */
  open(paths: readonly string[], work?: WorkOptions): Promise<OpenedDump>;
}

/**
 * Loads the configuration as the command does: the file given, else those of the user and of the
 * working directory that are trusted. Throws `bad-config` for a wrong one, and `io`.
 */
export async function configured({
  remark,
  config,
  kept = [],
  format,
}: ConfiguredOptions): Promise<Configured> {
  const global: GlobalOptions = {
    help: false,
    version: false,
    json: false,
    debug: false,
    color: 'never',
    'no-color': true,
    quiet: false,
    config: config === false ? undefined : config,
    'no-config': config === false,
    cache: kept.length > 0,
    format,
    'max-transfer': undefined,
  };
  const ioOf = ({ signal = new AbortController().signal, onProgress }: WorkOptions): Io => ({
    stdout: remarkStream(remark),
    stderr: remarkStream(remark),
    env: process.env,
    folder: process.cwd(),
    signal,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  const composition = await compose(
    ioOf({}),
    global,
    async (options) => createDefaultToolkit([], options),
    kept,
  );
  const { toolkit, plugins } = composition;
  return {
    toolkit,
    async open(paths, work = {}) {
      const dump = await openOneDump({ toolkit, io: ioOf(work), global }, paths);
      return new OpenedDump(toolkit, dump, {
        isOfFiles: true,
        hasOwnPlugins: plugins.loaded.length > 0,
        search: async (opened, search, driving) => {
          const world = { ...composition, io: ioOf(driving), global };
          return (await locateByRules(world, opened, search)).verdict;
        },
      });
    },
  };
}

function remarkStream(remark: (text: string) => void): Io['stderr'] {
  return {
    write(chunk, done) {
      remark(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
      done();
    },
  };
}
