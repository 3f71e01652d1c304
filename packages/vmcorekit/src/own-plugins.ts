import type { Plugin } from '@vmcorekit/core';

/** Names formats that are known and not read; whoever reads one of them takes its place. */
const namingPlugin = '@vmcorekit/formats';

/**
 * The user's own plug-ins come after all that is built in, but before the formats that are only named to say that they are not read; of
 * these, those go that the user's read.
 */
export function withOwnPlugins(builtIn: readonly Plugin[], own: readonly Plugin[]): readonly Plugin[] {
  const names = new Set(own.flatMap(({ formats = [] }) => formats.map(({ name }) => name)));
  return [
    ...builtIn.filter(({ name }) => name !== namingPlugin),
    ...own,
    ...builtIn
      .filter(({ name }) => name === namingPlugin)
      .map((plugin) => ({ ...plugin, formats: (plugin.formats ?? []).filter(({ name }) => !names.has(name)) })),
  ];
}

/** What names of the user's may clash with. */
export function clashingWithOwn(builtIn: readonly Plugin[]): readonly Plugin[] {
  return builtIn.map((plugin) => (plugin.name === namingPlugin ? { ...plugin, formats: [] } : plugin));
}
