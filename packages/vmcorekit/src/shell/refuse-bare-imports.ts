import * as nodeModule from 'node:module';

/** A path or a URL. Any other name is looked up in the folders around the importing module. */
const pathOrUrl = /^(?:\.{0,2}\/|[a-z][a-z\d+.-]*:)/i;
/** Node's loop for JavaScript says that it is this file of the working folder. */
const loop = /\/repl$/;

interface ImportContext {
  /** Undefined where the working folder stands for the module. */
  readonly parentURL?: string | undefined;
  readonly conditions: readonly string[];
}
type Next = (specifier: string, context: ImportContext) => unknown;
/** Not in the types of the oldest Node that is supported. */
interface Hooking {
  registerHooks?(hooks: {
    resolve(specifier: string, context: ImportContext, next: Next): unknown;
  }): void;
  register(specifier: string): void;
}

let isRefusing = false;

/**
 * Makes `import()` of Node's loop refuse names that are neither paths, URLs nor modules of Node:
 * they would run code of `node_modules` or of a package in the working folder. Modules that the
 * user names by path import what they like. Holds for the process.
 */
export function refuseBareImports(): void {
  if (isRefusing) {
    return;
  }
  isRefusing = true;
  const { isBuiltin } = nodeModule;
  const hooking = nodeModule as Hooking;
  if (hooking.registerHooks !== undefined) {
    hooking.registerHooks({
      resolve(specifier, context, next) {
        const { parentURL, conditions } = context;
        const isOfLoop = parentURL === undefined || loop.test(parentURL);
        if (
          conditions.includes('import') &&
          isOfLoop &&
          !isBuiltin(specifier) &&
          !pathOrUrl.test(specifier)
        ) {
          throw new Error(refusalOf('import', specifier));
        }
        return next(specifier, context);
      },
    });
    return;
  }
  // Before Node 22.15 a thread resolves. The same rule, as the source of a module.
  hooking.register(
    `data:text/javascript,${encodeURIComponent(`
      import { isBuiltin } from 'node:module';
      export async function resolve(specifier, context, next) {
        const { parentURL } = context;
        const isOfLoop = parentURL === undefined || ${String(loop)}.test(parentURL);
        if (isOfLoop && !isBuiltin(specifier) && !${String(pathOrUrl)}.test(specifier)) {
          const refusal = ${JSON.stringify(refusalOf('import', '\n'))};
          throw new Error(refusal.replace('\\n', () => specifier));
        }
        return next(specifier, context);
      }`)}`,
  );
}

export function refusalOf(word: 'import' | 'require', specifier: string): string {
  return `${word}('${specifier}') would run code of a folder near here; give the path of the module`;
}
