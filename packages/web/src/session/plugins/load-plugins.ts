import {
  checkNames,
  type ExtensionPoint,
  extensionPoints,
  type Plugin,
  pluginProblem,
  reasonOf,
} from '@vmcorekit/core';
import { defaultPlugins } from 'vmcorekit/plugins';
import type { FailedPlugin, LoadedPlugin, PluginOutcome } from '../../protocol/plugin-calls.ts';
import type { SessionStart } from '../../protocol/session-start.ts';
import type { SessionHost } from '../session-host.ts';
import { Linker, rootsOf } from './link-modules.ts';
import { ownModules } from './own-modules.ts';
import { reportStrays } from './report-strays.ts';

export interface LoadedPlugins extends PluginOutcome {
  readonly plugins: readonly Plugin[];
}

/** Where the modules of the page's packages, which are texts, find what they export. */
const shelf = Symbol.for('vmcorekit.modules');

/**
 * Loads the user's plug-ins. One that fails, hangs, or whose names clash with those before it costs
 * only itself.
 */
export async function loadPlugins(
  { plugins: files, leftOut, stepLimitInMilliseconds }: SessionStart,
  { announce, stray }: SessionHost,
): Promise<LoadedPlugins> {
  const addresses = new Map<string, string>();
  reportStrays(addresses, stray);
  const linker = new Linker(files, publishOwnModules(), publish);
  const plugins: Plugin[] = [];
  const loaded: LoadedPlugin[] = [];
  const failed: FailedPlugin[] = [];
  for (const file of rootsOf(files)) {
    const what = `plug-in '${file.name}'`;
    try {
      if (leftOut[what] !== undefined) {
        throw new Error(`it ${leftOut[what]}`);
      }
      const address = linker.addressOf(file);
      addresses.set(address, file.name);
      announce({ phase: 'begin', what, limitInMilliseconds: stepLimitInMilliseconds });
      const plugin = await importPlugin(address).finally(() => announce({ phase: 'end' }));
      checkNames([...defaultPlugins, ...plugins, plugin]);
      plugins.push(plugin);
      loaded.push({ file: file.name, name: plugin.name, contributions: contributionsOf(plugin) });
    } catch (error) {
      failed.push({ file: file.name, because: failureOf(error) });
    }
  }
  return { plugins, loaded, failed };
}

/** Our own reasons are whole sentences; those of a plug-in's code begin with the error's name. */
function failureOf(error: unknown): string {
  return error instanceof Error && error.name === 'Error' ? error.message : reasonOf(error);
}

async function importPlugin(address: string): Promise<Plugin> {
  const module = (await import(/* @vite-ignore */ address)) as Record<string, unknown>;
  const plugin = module.default ?? module.plugin;
  const problem = pluginProblem(plugin);
  if (problem !== undefined) {
    throw new Error(problem);
  }
  return plugin as Plugin;
}

function contributionsOf(plugin: Plugin): string[] {
  return (Object.keys(extensionPoints) as ExtensionPoint[]).flatMap((point) =>
    (plugin[point] ?? []).map(({ name }) => `${extensionPoints[point]} '${name}'`),
  );
}

/** Modules that export what the page's own packages do, the same objects. */
function publishOwnModules(): ReadonlyMap<string, string> {
  Object.defineProperty(globalThis, shelf, { value: ownModules });
  return new Map(
    Object.entries(ownModules).map(([name, module]) => {
      const names = Object.keys(module).filter((each) => each !== 'default');
      const from = `globalThis[Symbol.for('vmcorekit.modules')][${JSON.stringify(name)}]`;
      return [name, publish(`export const { ${names.join(', ')} } = ${from};`)];
    }),
  );
}

function publish(text: string): string {
  return URL.createObjectURL(new Blob([text], { type: 'text/javascript' }));
}
