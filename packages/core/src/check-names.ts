import { VmcorekitError } from './errors.ts';
import { type ExtensionPoint, extensionPoints, type Plugin } from './plugin.ts';

/**
 * Throws `name-clash` where two plug-ins, or two contributions to one extension point, bear the
 * same name, or two kinds of output.
 */
export function checkNames(plugins: readonly Plugin[]): void {
  claimNames(
    'plug-in',
    plugins.map(({ name }) => ({ name, owner: name })),
  );
  for (const point of Object.keys(extensionPoints) as ExtensionPoint[]) {
    claimNames(
      extensionPoints[point],
      plugins.flatMap((plugin) => (plugin[point] ?? []).map(({ name }) => ({ name, owner: plugin.name }))),
    );
  }
  claimNames(
    'output kind',
    plugins.flatMap(({ name: owner, formats = [] }) =>
      formats.flatMap(({ writer }) => (writer?.kinds ?? []).map(({ name }) => ({ name, owner }))),
    ),
  );
}

function claimNames(kind: string, entries: readonly { readonly name: string; readonly owner: string }[]): void {
  const owners = new Map<string, string>();
  for (const { name, owner } of entries) {
    const first = owners.get(name);
    if (first !== undefined) {
      throw new VmcorekitError('name-clash', { kind, name, first, second: owner });
    }
    owners.set(name, owner);
  }
}
