import { type ByteSource, isVmcorekitError, type SourceOpener } from '@vmcorekit/core';
import { LayeredSource } from './layered-source.ts';

/** Chains of snapshots are short, because each restore reads all of them. */
const maxLayers = 64;
const separator = '+';

/** The files in `BASE+DIFF+DIFF`; undefined for a name that is not of this form. */
export function layerNames(name: string): readonly [string, ...string[]] | undefined {
  const [base, ...layers] = name.split(separator);
  const isOne = base !== undefined && layers.length > 0 && layers.length < maxLayers;
  return isOne && [base, ...layers].every((each) => each !== '') ? [base, ...layers] : undefined;
}

/**
 * Opens a base of memory and the layers over it. Undefined where the name has no such form, or the
 * base cannot be opened. Throws what the opener throws for a layer, what `checkPart` throws for
 * any, and `unsupported` for layers that do not fit the base.
 */
export async function openLayers(
  opener: SourceOpener,
  name: string,
  checkPart: (part: ByteSource) => void,
): Promise<LayeredSource | undefined> {
  const [baseName, ...layers] = layerNames(name) ?? [];
  const base = baseName === undefined ? undefined : await opener.open(baseName).catch(onlyIo);
  if (base === undefined) {
    return undefined;
  }
  const opened: [ByteSource, ...ByteSource[]] = [base];
  try {
    for (const layer of layers) {
      opened.push(await opener.open(layer));
    }
    for (const source of opened) {
      checkPart(source);
    }
    return new LayeredSource(name, opened);
  } catch (error) {
    for (const source of opened) {
      source[Symbol.dispose]();
    }
    throw error;
  }
}

/** For what may also be a name of another form. */
export function onlyIo(error: unknown): undefined {
  if (!isVmcorekitError(error, 'io')) {
    throw error;
  }
}
