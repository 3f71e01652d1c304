import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Guests that CI boots: with tasks to look at, with a panic, and of another machine. */
export const guestNames = ['tasks-6.12', 'panic-sysrq-6.12', 'arm64-6.12-uefi-vmcoreinfo'] as const;

/** A dump of a guest that the laboratory booted; undefined where it did not. */
export function guestDump(name: string, file: string): string | undefined {
  const path = fileURLToPath(new URL(`../../../../.lab/${name}/${file}`, import.meta.url));
  return existsSync(path) ? path : undefined;
}
