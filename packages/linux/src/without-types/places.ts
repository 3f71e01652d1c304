import type { TypeTable } from '@vmcorekit/core';

/** Offsets in task_struct at which its members may be, ascending; undefined where all may be. */
export type Places = (...paths: readonly string[]) => readonly number[] | undefined;

export const everywhere: Places = () => undefined;

/** Only those that types declare. */
export function placesIn(types: TypeTable): Places {
  const task = types.struct('task_struct');
  return (...paths) =>
    [...new Set(paths.flatMap((path) => task?.member(path)?.offsetInBytes ?? []))].sort(
      (a, b) => a - b,
    );
}
