import { realpathSync } from 'node:fs';
import { VmcorekitError } from '@vmcorekit/core';
import { type ConfigFile, keyText } from './config-file.ts';
import { loadFile } from './load-file.ts';
import { resolveSpecifier } from './resolve-specifier.ts';

/**
 * A file and everything it extends, presets first, each once. Throws `bad-config`, also for a
 * circle.
 */
export async function loadChain(path: string, mayRun: boolean): Promise<readonly ConfigFile[]> {
  const chain: ConfigFile[] = [];
  const done = new Set<string>();
  await add(await loadFile(path, mayRun), []);
  return chain;

  async function add(file: ConfigFile, within: readonly string[]): Promise<void> {
    const above = [...within, realpathSync(file.path)];
    for (const [index, specifier] of [file.config.extends ?? []].flat().entries()) {
      const key = Array.isArray(file.config.extends) ? ['extends', index] : ['extends'];
      const preset = resolveSpecifier(file, key, specifier);
      const loaded = await loadFile(preset, mayRun);
      if (above.includes(realpathSync(preset))) {
        throw new VmcorekitError('bad-config', {
          file: file.path,
          line: file.lineOf(key),
          key: keyText(key),
          because: `'${specifier}' extends this file in turn: ${[...above, realpathSync(preset)].join(' -> ')}`,
        });
      }
      await add(loaded, above);
    }
    if (!done.has(above.at(-1) ?? '')) {
      done.add(above.at(-1) ?? '');
      chain.push(file);
    }
  }
}
