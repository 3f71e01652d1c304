import type { SessionStart } from '../../protocol/session-start.ts';

/** How `leftOut` names the file of a plug-in. */
export function pluginKey(file: string): string {
  return `plug-in '${file}'`;
}

/**
 * Leaves out a plug-in; all of them where it is not known which one it was.
 *
 * @param because the rest of a sentence that begins with "it"
 * @returns undefined where each is left out already
 */
export function withoutPlugins(
  { plugins, leftOut }: SessionStart,
  because: string,
  file: string | null = null,
): SessionStart['leftOut'] | undefined {
  const keys = plugins.map(({ name }) => pluginKey(name));
  const isKnown = file !== null && keys.includes(pluginKey(file));
  const meant = (isKnown ? [pluginKey(file)] : keys).filter((key) => !Object.hasOwn(leftOut, key));
  return meant.length === 0
    ? undefined
    : { ...leftOut, ...Object.fromEntries(meant.map((key) => [key, because])) };
}

/** What of the reasons is about the plug-ins themselves, whatever dump is open. */
export function ofPluginsAlone(leftOut: SessionStart['leftOut']): SessionStart['leftOut'] {
  return Object.fromEntries(Object.entries(leftOut).filter(([key]) => isPluginKey(key)));
}

export function isPluginKey(key: string): boolean {
  return key.startsWith("plug-in '");
}
