import type { Toolkit, WritableKind } from '@vmcorekit/engine';
import { type OptionSpec, value } from '../arguments/option-spec.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { standardStream } from '../dumps/open-input.ts';
import { kindByName, kindThat, writableKinds } from '../library/writing/output-kind.ts';

/**
 * `--to`; `usual` is written if the name of OUT suggests no kind. `choices` are vmcorekit's own
 * kinds that the command writes.
 */
export function kindOption(
  usual: string,
  choices: readonly string[],
): OptionSpec<string | undefined> {
  return value(
    'KIND',
    `write ${choices.join(', ')}, or a kind of a plug-in (default: by the name of OUT, else ${usual})`,
    (text) => text,
    { choices },
  );
}

/** The kind of that name. Throws `UsageError` for an unknown one. */
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
 * The kind asked for, else the one that the name of the output suggests. Throws `UsageError` if
 * standard output cannot take it.
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
    const advice = sequential === undefined ? '' : `; use --to ${sequential.name}`;
    throw new UsageError(
      `cannot write ${wanted.name} to standard output: it needs to seek${advice}`,
    );
  }
  if (sequential === undefined) {
    throw new UsageError(
      'cannot write to standard output: no plug-in has a writer that needs no seeking',
    );
  }
  return wanted ?? sequential;
}

/** Throws `UsageError` if nothing can be written. */
export function existingKind(kind: WritableKind | undefined): WritableKind {
  if (kind === undefined) {
    throw new UsageError('cannot write any format: no plug-in has a writer');
  }
  return kind;
}
