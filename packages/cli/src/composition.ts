import { type Configuration, checkRules, loadConfiguration, noConfiguration } from '@vmcorekit/config';
import { printable, type Toolkit } from '@vmcorekit/core';
import { UsageError } from './arguments/usage-error.ts';
import type { GlobalOptions } from './global-options.ts';
import { type Io, write } from './io.ts';
import { shellWord } from './report/shell-word.ts';
import type { ToolkitFactory } from './run.ts';

/** The plug-ins and the configuration that a command runs with. */
export interface Composition {
  readonly toolkit: Toolkit;
  readonly configuration: Configuration;
}

/** Finds the configuration, and composes the plug-ins. Says on stderr what was found and does not count. */
export async function compose(io: Io, global: GlobalOptions, createToolkit: ToolkitFactory): Promise<Composition> {
  const configuration = await configurationFor(io, global);
  const toolkit = await createToolkit();
  checkRules(configuration.rules, toolkit.registry);
  return { toolkit, configuration };
}

async function configurationFor(io: Io, global: GlobalOptions): Promise<Configuration> {
  if (global['no-config']) {
    if (global.config !== undefined) {
      throw new UsageError('--config and --no-config exclude each other');
    }
    return noConfiguration;
  }
  const configuration = await loadConfiguration({
    folder: io.folder,
    env: io.env,
    ...(global.config === undefined ? {} : { given: global.config }),
  });
  const [nearest] = configuration.ignored;
  if (nearest !== undefined && !global.quiet) {
    const others = configuration.ignored.length - 1;
    const more = others === 0 ? '' : ` (and ${others} more)`;
    const advice = `not trusted; if it is yours: vmcorekit trust ${shellWord(nearest)}`;
    await write(io.stderr, `vmcorekit: ignored ${printable(nearest)}${more}: ${printable(advice)}\n`);
  }
  return configuration;
}
