import { builtinModules } from 'node:module';
import { extensionPoints } from '@vmcorekit/core';
import type { Registry } from '@vmcorekit/engine';
import { UsageError } from '../arguments/usage-error.ts';

/** What npm allows for a new package. Source: npm docs, "package.json", "name". */
const packageName = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;
const longestName = 214;
/** Names that npm keeps for itself. */
const reserved: ReadonlySet<string> = new Set(['node_modules', 'favicon.ico', ...builtinModules]);

/** The name of a plug-in's package, and of its contribution, in kebab-case. */
export interface PluginName {
  readonly ofPackage: string;
  readonly inKebabCase: string;
}

/**
 * The names of a new plug-in. Throws `UsageError` for a name that npm does not take. Also throws it
 * for a name that comes with vmcorekit, because two of one name cannot be composed.
 */
export function pluginNameOf(text: string, registry: Registry): PluginName {
  const inKebabCase = text
    .replace(/^@[^/]*\//, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  if (!packageName.test(text) || text.length > longestName || reserved.has(text) || !inKebabCase) {
    throw new UsageError(
      `--plugin: got '${text}', wanted a name that npm takes: lower-case letters, digits and ` +
        'dashes, like acme-notes or @acme/notes',
    );
  }
  const taken = Object.entries(extensionPoints).find(([point]) =>
    registry
      .all(point as keyof typeof extensionPoints)
      .some((each) => 'name' in each && each.name === inKebabCase),
  );
  const kind = registry.plugins.some(({ name }) => name === text) ? 'plug-in' : taken?.[1];
  if (kind !== undefined) {
    throw new UsageError(
      `--plugin: a ${kind} that comes with vmcorekit is called '${inKebabCase}'; choose another name`,
    );
  }
  return { ofPackage: text, inKebabCase };
}
