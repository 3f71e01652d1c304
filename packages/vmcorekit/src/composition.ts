import {
  type Configuration,
  checkRules,
  loadConfiguration,
  loadPlugins,
  noConfiguration,
  type PluginOutcome,
  withoutUnknownHeuristics,
} from '@vmcorekit/config';
import { parseSize, printable } from '@vmcorekit/core';
import { createToolkit, type Toolkit } from '@vmcorekit/engine';
import { interruptingGuard, ScratchFile, userIndexCache, userKernelCache } from '@vmcorekit/node';
import { shellWord } from '@vmcorekit/report';
import { UsageError } from './arguments/usage-error.ts';
import { placeText } from './config-reports/place-text.ts';
import type { GlobalOptions } from './global-options.ts';
import { complain, type Io } from './io.ts';
import type { DefaultToolkitOptions } from './library/default-toolkit.ts';

/** Ctrl-C waits for it. */
const patienceInMilliseconds = 10_000;

/** A probe takes 15 MB; a search through all memory is not begun by accident. */
const usualMaxTransferInBytes: number = 256 << 20;

/** The plug-ins and the configuration that a command runs with. */
export interface Composition {
  readonly toolkit: Toolkit;
  readonly configuration: Configuration;
  readonly plugins: PluginOutcome;
}

/** Composes the plug-ins that come with vmcorekit; called only by commands that need them. */
export type ToolkitFactory = (options: DefaultToolkitOptions) => Promise<Toolkit>;

/**
 * Finds the configuration, and composes the plug-ins. Names on stderr the configuration files that
 * were ignored, and the plug-ins that were left out. Nothing is kept beside the `operands`.
 */
export async function compose(
  io: Io,
  global: GlobalOptions,
  createBuiltIn: ToolkitFactory,
  operands: readonly string[],
): Promise<Composition> {
  const configuration = await configurationFor(io, global);
  // A kept copy is compared with a dump only in part, so the user says which dumps to trust.
  const isKept = global.cache || io.env.VMCOREKIT_CACHE === 'on';
  const kernelCache = isKept ? userKernelCache(operands, io.env, process.platform) : undefined;
  const indexCache = isKept ? userIndexCache(operands, io.env, process.platform) : undefined;
  const maxTransferInBytes = maxTransferOf(global['max-transfer']);
  const builtIn = await createBuiltIn({ kernelCache, indexCache, maxTransferInBytes });
  if (configuration.plugins.length === 0) {
    checkRules(configuration.rules, builtIn.registry);
    return { toolkit: builtIn, configuration, plugins: { loaded: [], failed: [] } };
  }
  const limitInMilliseconds = io.patienceInMilliseconds ?? patienceInMilliseconds;
  const plugins = await loadPlugins(
    configuration.plugins,
    builtIn.registry.plugins,
    limitInMilliseconds,
  );
  for (const { placed, because, stack } of plugins.failed) {
    const where = placeText(placed.file, placed.key);
    await complain(
      io,
      `vmcorekit: plug-in ${printable(placed.specifier)} (${where}) was left out: ${printable(because)}\n`,
    );
    if (global.debug && stack !== undefined) {
      await complain(io, `${stack.split('\n').map(printable).join('\n')}\n`);
    }
  }
  const own = plugins.loaded.map(({ plugin }) => plugin);
  const stepLimit = { guard: interruptingGuard, limitInMilliseconds };
  const toolkit = createToolkit([...builtIn.registry.plugins, ...own], {
    stepLimit,
    openScratch: async () => new ScratchFile(),
    kernelCache,
    indexCache,
    maxTransferInBytes,
  });
  const rules =
    plugins.failed.length === 0
      ? configuration.rules
      : withoutUnknownHeuristics(configuration.rules, toolkit.registry);
  checkRules(rules, toolkit.registry);
  return { toolkit, configuration: { ...configuration, rules }, plugins };
}

/** Throws `UsageError`, or core's `usage`. */
function maxTransferOf(text: string | undefined): number {
  if (text === undefined || text === 'unlimited') {
    return text === undefined ? usualMaxTransferInBytes : Number.POSITIVE_INFINITY;
  }
  const size = parseSize(text, '--max-transfer');
  if (size <= 0) {
    throw new UsageError(`--max-transfer: got '${text}', wanted a size like 1 GiB, or unlimited`);
  }
  return size;
}

async function configurationFor(io: Io, global: GlobalOptions): Promise<Configuration> {
  if (global['no-config']) {
    if (global.config !== undefined) {
      throw new UsageError('--config cannot be used with --no-config');
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
    await complain(io, `vmcorekit: ignored ${printable(nearest)}${more}: ${printable(advice)}\n`);
  }
  return configuration;
}
