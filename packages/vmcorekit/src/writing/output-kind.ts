import type { Toolkit, WritableKind } from '@vmcorekit/engine';
import { type OptionSpec, value } from '../arguments/option-spec.ts';
import { UsageError } from '../arguments/usage-error.ts';
import { standardStream } from '../dumps/open-input.ts';

/** Written where neither an option nor the name of the output asks for another. */
const usualKind = 'kdump';

export const kindOption: OptionSpec<string | undefined> = value(
  'KIND',
  'what to write: kdump, elf, flattened, or a kind of a plug-in (default: by the name of OUT, else kdump)',
  (text) => text,
);

/** All kinds that can be written, the usual one first. Throws `UsageError` where there is none. */
function kindsOf({ outputKinds: kinds }: Toolkit): readonly [WritableKind, ...WritableKind[]] {
  const usual = kinds.find(({ name }) => name === usualKind) ?? kinds[0];
  if (usual === undefined) {
    throw new UsageError('no format can be written: no plug-in has a writer');
  }
  return [usual, ...kinds.filter((kind) => kind !== usual)];
}

/** The kind of that name. Throws `UsageError` for one there is not. */
export function namedKind(toolkit: Toolkit, name: string): WritableKind {
  const kinds = kindsOf(toolkit);
  const kind = kinds.find((candidate) => candidate.name === name);
  if (kind === undefined) {
    throw new UsageError(`--to: got '${name}', wanted one of ${kinds.map((candidate) => candidate.name).join(', ')}`);
  }
  return kind;
}

/** The first kind that can do what is wanted, preferably of the usual format. */
export function kindThat(toolkit: Toolkit, can: (kind: WritableKind) => boolean): WritableKind | undefined {
  const kinds = kindsOf(toolkit);
  return kinds.find((kind) => kind.format === kinds[0].format && can(kind)) ?? kinds.find(can);
}

/** The kind asked for, else what the name of the output suggests. Throws `UsageError` where standard output cannot take it. */
export function outputKindFor(toolkit: Toolkit, path: string, asked: string | undefined): WritableKind {
  const wanted = asked === undefined ? undefined : namedKind(toolkit, asked);
  if (path === standardStream) {
    const sequential = kindThat(toolkit, ({ isSequential }) => isSequential === true);
    if (wanted !== undefined && wanted.isSequential !== true) {
      const advice = sequential === undefined ? '' : `: --to ${sequential.name} can`;
      throw new UsageError(`${wanted.name} cannot be written to standard output, which cannot seek${advice}`);
    }
    if (sequential === undefined) {
      throw new UsageError('nothing can be written to standard output, which cannot seek');
    }
    return wanted ?? sequential;
  }
  const kinds = kindsOf(toolkit);
  const name = path.toLowerCase();
  return wanted ?? kinds.find(({ endings }) => endings.some((ending) => name.endsWith(ending))) ?? kinds[0];
}

/**
 * The kind of the input: of its format, and wrapped as it is; the usual one where that cannot be
 * written.
 */
export function kindOfInput(toolkit: Toolkit, format: string, container: string | null): WritableKind {
  const kinds = kindsOf(toolkit);
  const own = kinds.filter((kind) => kind.format === format);
  return own.find(({ name }) => name === container) ?? own[0] ?? kinds[0];
}
