import { asPluginError, type FileHead, VmcorekitError } from '@vmcorekit/core';
import type { Claimed } from './claims.ts';
import type { CompanionOpener } from './opening-context.ts';

type FormatClaimed = Extract<Claimed, { readonly container?: never }>;

/** The guess that a file is memory; undefined where its size is not that of memory. */
export function memoryGuess(claimed: readonly Claimed[]): FormatClaimed | undefined {
  return claimed.find(
    (each): each is FormatClaimed =>
      each.claim.strength === 'guess' && each.format?.takesPlaces === true,
  );
}

/**
 * The claim of the format that a file beside this one proves; undefined where none does. A guest
 * writes all bytes of its memory, but no file beside it.
 */
export async function describedMemory(
  { format, claim }: FormatClaimed,
  head: Pick<FileHead, 'name' | 'sizeInBytes'>,
  open: CompanionOpener,
): Promise<FormatClaimed | undefined> {
  try {
    return (await format.isDescribed?.(head, open)) === true
      ? { format, claim: { because: 'a file beside it lists its memory', strength: 'signature' } }
      : undefined;
  } catch (error) {
    throw asPluginError(`format '${format.name}', asked for ${claim.because}`, error);
  }
}

/** An archive after a program looks like memory that holds the same bytes at its ends. */
export function memoryOrArchive(
  file: string,
  { container, claim }: Claimed,
  { format }: FormatClaimed,
): VmcorekitError {
  return new VmcorekitError('unsupported', {
    what: `${file} may be a ${container?.name ?? 'known'} archive (${claim.because}), and may be raw memory that holds the same bytes`,
    advice: `FILE//ENTRY opens the archive, --format ${format.name} the memory`,
  });
}
