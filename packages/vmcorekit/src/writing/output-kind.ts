import type { Toolkit, WritableKind } from '@vmcorekit/engine';
import { type OptionSpec, value } from '../arguments/option-spec.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { standardStream } from '../dumps/open-input.ts';
import { kindByName, kindThat, writableKinds } from '../library/writing/output-kind.ts';

/** `--to`; `usual` is what is written where the name of OUT suggests no kind. */
export function kindOption(usual: string): OptionSpec<string | undefined> {
  return value(
    'KIND',
    `what to write: kdump, elf, flattened, or a kind of a plug-in (default: by the name of OUT, else ${usual})`,
    (text) => text,
    { choices: ['kdump', 'elf', 'flattened'] },
  );
}

/** The kind of that name. Throws `UsageError` for one there is not. */
export function namedKind(toolkit: Toolkit, name: string): WritableKind {
  const kinds = writableKinds(toolkit);
  existingKind(kinds[0]);
  const kind = kinds.find((candidate) => candidate.name === name);
  if (kind === undefined) {
    throw new UsageError(
      `--to: got '${name}', wanted one of ${kinds.map((candidate) => candidate.name).join(', ')}`,
    );
  }
  return kind;
}

/**
 * The kind asked for, else what the name of the output suggests. Throws `UsageError` where standard
 * output cannot take it.
 */
export function outputKindFor(
  toolkit: Toolkit,
  path: string,
  asked: string | undefined,
): WritableKind {
  const wanted = asked === undefined ? undefined : namedKind(toolkit, asked);
  if (path !== standardStream) {
    return wanted ?? existingKind(kindByName(toolkit, path));
  }
  existingKind(writableKinds(toolkit)[0]);
  const sequential = kindThat(toolkit, ({ isSequential }) => isSequential === true);
  if (wanted !== undefined && wanted.isSequential !== true) {
    const advice = sequential === undefined ? '' : `: --to ${sequential.name} can`;
    throw new UsageError(
      `${wanted.name} cannot be written to standard output, which cannot seek${advice}`,
    );
  }
  if (sequential === undefined) {
    throw new UsageError('nothing can be written to standard output, which cannot seek');
  }
  return wanted ?? sequential;
}

/** Throws `UsageError` where nothing can be written. */
export function existingKind(kind: WritableKind | undefined): WritableKind {
  if (kind === undefined) {
    throw new UsageError('no format can be written: no plug-in has a writer');
  }
  return kind;
}
