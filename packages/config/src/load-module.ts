import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { types } from 'node:util';
import { importModule } from '@vmcorekit/config/import-module';
import { interruptingGuard } from '@vmcorekit/node';
import { typeScriptRefusal } from './typescript.ts';

/** The exports of a plug-in's module, as `import` returns them. */
export interface PluginModule {
  readonly default?: unknown;
  readonly plugin?: unknown;
}

/**
 * Loads a module within a time limit, synchronously where Node can. Only then can it interrupt a
 * module that loops while it loads. A module that awaits at its top level is imported, and
 * abandoned if it never finishes.
 */
export async function loadModule(path: string, limitInMilliseconds: number): Promise<PluginModule> {
  const refusal = typeScriptRefusal(path);
  if (refusal !== undefined) {
    throw new Error(refusal);
  }
  try {
    const loaded: unknown = interruptingGuard(
      () => createRequire(path)(path),
      limitInMilliseconds,
      'loading it',
    );
    return types.isModuleNamespaceObject(loaded) ? (loaded as PluginModule) : { default: loaded };
  } catch (error) {
    // For older Nodes, and for modules that await.
    if (!['ERR_REQUIRE_ESM', 'ERR_REQUIRE_ASYNC_MODULE'].includes(codeOf(error))) {
      throw error;
    }
  }
  return await withinLimit(importModule(pathToFileURL(path).href), limitInMilliseconds);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

async function withinLimit<Result>(
  work: Promise<Result>,
  limitInMilliseconds: number,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`it had not finished loading after ${limitInMilliseconds / 1000} s`)),
      limitInMilliseconds,
    );
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
