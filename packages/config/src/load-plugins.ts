import {
  checkNames,
  firstLine,
  isVmcorekitError,
  type Plugin,
  pluginProblem,
} from '@vmcorekit/core';
import type { PlacedPlugin } from './configuration.ts';
import { loadModule } from './load-module.ts';
import { resolveSpecifier } from './resolve-specifier.ts';

/** A plug-in that takes part, where it was requested, and its file. */
export interface LoadedPlugin {
  readonly placed: PlacedPlugin;
  readonly plugin: Plugin;
  readonly path: string;
}

/** A plug-in that was left out, and why. */
export interface FailedPlugin {
  readonly placed: PlacedPlugin;
  readonly because: string;
  /**
   * Where it failed in its own code, for its author. Only for errors that are not this library's.
   */
  readonly stack?: string;
}

export interface PluginOutcome {
  readonly loaded: readonly LoadedPlugin[];
  readonly failed: readonly FailedPlugin[];
}

/** A plug-in whose module never finishes loading must not keep the others waiting forever. */
const loadingLimitInMilliseconds = 10_000;

/**
 * Loads plug-ins, each from its configuration's own folder. One that fails, or whose names clash
 * with earlier ones, costs only itself.
 */
export async function loadPlugins(
  placed: readonly PlacedPlugin[],
  builtIn: readonly Plugin[],
  limitInMilliseconds: number = loadingLimitInMilliseconds,
): Promise<PluginOutcome> {
  const loaded: LoadedPlugin[] = [];
  const failed: FailedPlugin[] = [];
  for (const one of placed) {
    try {
      const path = resolveSpecifier(one.file, one.key, one.specifier);
      if (loaded.some((other) => other.path === path)) {
        continue;
      }
      const plugin = await importPlugin(path, limitInMilliseconds);
      checkNames([...builtIn, ...loaded.map((other) => other.plugin), plugin]);
      loaded.push({ placed: one, plugin, path });
    } catch (error) {
      failed.push({ placed: one, because: reasonOf(error), ...stackOf(error) });
    }
  }
  return { loaded, failed };
}

async function importPlugin(path: string, limitInMilliseconds: number): Promise<Plugin> {
  const module = await loadModule(path, limitInMilliseconds);
  const plugin = module.default ?? module.plugin;
  const problem = pluginProblem(plugin);
  if (problem !== undefined) {
    throw new Error(problem);
  }
  return plugin as Plugin;
}

function stackOf(error: unknown): Pick<FailedPlugin, 'stack'> {
  return error instanceof Error && !isVmcorekitError(error) && typeof error.stack === 'string'
    ? { stack: error.stack }
    : {};
}

/** The reason as text. A plug-in may throw anything, even a value that cannot become text. */
function reasonOf(error: unknown): string {
  try {
    if (isVmcorekitError(error, 'bad-config')) {
      return error.facts.because;
    }
    return firstLine(error instanceof Error ? error.message : `it threw ${String(error)}`);
  } catch {
    return 'it threw an unprintable value';
  }
}
