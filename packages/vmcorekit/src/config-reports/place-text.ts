import type { ConfigFile, KeyPath } from '@vmcorekit/config';
import { printable } from '@vmcorekit/core';

/** `site.yaml:3`: where a configured value stands. */
export function placeText(file: ConfigFile, key: KeyPath): string {
  const line = file.lineOf(key);
  return printable(line === null ? file.path : `${file.path}:${line}`);
}
