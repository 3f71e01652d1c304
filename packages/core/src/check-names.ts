import { VmcorekitError } from './errors.ts';
import { type ExtensionPoint, extensionPoints, type Plugin } from './plugin.ts';

/**
 * Throws `name-clash` where two plug-ins, two contributions to one extension point, or two output
 * kinds have the same name. A kind that is only known by name clashes only with others like it.
 */
export function checkNames(plugins: readonly Plugin[]): void {
  claimNames(
    'plug-in',
    plugins.map(({ name }) => ({ name, owner: name })),
  );
  const present = withoutDisplaced(plugins);
  for (const point of Object.keys(extensionPoints) as ExtensionPoint[]) {
    claimNames(
      extensionPoints[point],
      present.flatMap((plugin) =>
        (plugin[point] ?? []).map(({ name }) => ({ name, owner: plugin.name })),
      ),
    );
  }
  claimNames(
    'output kind',
    plugins.flatMap(({ name: owner, formats = [] }) =>
      formats.flatMap(({ writer }) => (writer?.kinds ?? []).map(({ name }) => ({ name, owner }))),
    ),
  );
}

/**
 * The plug-ins, without formats and containers that are only known by name where one of the same
 * name can be read.
 */
export function withoutDisplaced(plugins: readonly Plugin[]): readonly Plugin[] {
  const taken = new Set(
    plugins
      .flatMap(({ formats = [], containers = [] }) => [...formats, ...containers])
      .filter(({ isNamedOnly }) => isNamedOnly !== true)
      .map(({ name }) => name),
  );
  const stays = ({
    name,
    isNamedOnly,
  }: {
    readonly name: string;
    readonly isNamedOnly?: true;
  }): boolean => isNamedOnly !== true || !taken.has(name);
  return plugins.map((plugin) =>
    [...(plugin.formats ?? []), ...(plugin.containers ?? [])].every(stays)
      ? plugin
      : {
          ...plugin,
          ...(plugin.formats === undefined ? {} : { formats: plugin.formats.filter(stays) }),
          ...(plugin.containers === undefined
            ? {}
            : { containers: plugin.containers.filter(stays) }),
        },
  );
}

function claimNames(
  kind: string,
  entries: readonly { readonly name: string; readonly owner: string }[],
): void {
  const owners = new Map<string, string>();
  for (const { name, owner } of entries) {
    const first = owners.get(name);
    if (first !== undefined) {
      throw new VmcorekitError('name-clash', { kind, name, first, second: owner });
    }
    owners.set(name, owner);
  }
}
