import { type OptionSpec, value } from '../arguments/option-spec.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { standardStream } from '../dumps/open-input.ts';

/** What can be written. A flattened file is KDUMP that needs no seeking. */
export const outputKinds = ['kdump', 'elf', 'flattened'] as const;
export type OutputKind = (typeof outputKinds)[number];

export const kindOption: OptionSpec<OutputKind | undefined> = value(
  'KIND',
  `what to write: ${outputKinds.join(', ')} (default: by the name of OUT, else kdump)`,
  (text, option) => {
    const kind = outputKinds.find((candidate) => candidate === text);
    if (kind === undefined) {
      throw new UsageError(`${option}: got '${text}', wanted one of ${outputKinds.join(', ')}`);
    }
    return kind;
  },
);

/** The kind asked for, else what the name of the output suggests. Throws `UsageError` where standard output cannot take it. */
export function outputKindFor(path: string, asked: OutputKind | undefined): OutputKind {
  if (path === standardStream) {
    if (asked !== undefined && asked !== 'flattened') {
      throw new UsageError(`${asked} cannot be written to standard output, which cannot seek: --to flattened can`);
    }
    return 'flattened';
  }
  const [, ending] = /\.(elf|flat|flattened)$/i.exec(path) ?? [];
  return asked ?? (ending === undefined ? 'kdump' : ending.toLowerCase() === 'elf' ? 'elf' : 'flattened');
}
