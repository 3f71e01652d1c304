import { plugin } from '@vmcorekit/analyzers';

/** Analyzers that only `vmcorekit analyze` runs; all others have a command. */
const withoutCommand: readonly string[] = [
  'kernel-description',
  'memory-map',
  'panic-signature',
  'vmcoreinfo',
];
const withCommand = new Set(
  plugin.analyzers?.map(({ name }) => name).filter((name) => !withoutCommand.includes(name)),
);

/**
 * Where the data of an analyzer stands in the JSON of its command: under this key, or at the top
 * for null. The test compares each with the command.
 */
export function dataKeyOf(analyzer: string): string | null {
  if (analyzer === 'kernel-log') {
    return 'records';
  }
  return withCommand.has(analyzer) ? null : 'data';
}
