import { realpathSync } from 'node:fs';
import { isAbsolute, relative, sep } from 'node:path';

/**
 * Of folders those that lie in no other of them, each once: a walk through these meets the others,
 * and a dump that is met twice would count twice. One whose real path cannot be asked is kept: the
 * walk says what is wrong with it.
 */
export function outermost(folders: readonly string[]): string[] {
  const places = folders.map(realPathOf);
  return folders.filter((_, index) => {
    const own = places[index];
    return !places.some(
      (other, at) =>
        own !== undefined &&
        other !== undefined &&
        (other === own ? at < index : isWithin(own, other)),
    );
  });
}

function isWithin(path: string, folder: string): boolean {
  const rest = relative(folder, path);
  return rest !== '..' && !rest.startsWith(`..${sep}`) && !isAbsolute(rest);
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
