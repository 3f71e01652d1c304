import { type Hashed, hashed } from '../library/describing/provenance.ts';
import { names, type OptionSpec } from './option-spec.ts';
import { UsageError } from './usage-error.ts';

const given = names(
  'WHAT,...',
  'add SHA-256 hashes: `file` of each file, `memory` of the memory that the dump holds',
  {
    choices: hashed,
  },
);

/** `--hash WHAT,...`; empty if it was not given. */
export const hashOption: OptionSpec<readonly Hashed[]> = {
  ...given,
  read(texts, option) {
    const wanted = given.read(texts, option) ?? [];
    const unknown = wanted.find((what) => !(hashed as readonly string[]).includes(what));
    if (unknown !== undefined) {
      throw new UsageError(`${option}: got '${unknown}', wanted ${hashed.join(' or ')}, or both`);
    }
    return hashed.filter((what) => wanted.includes(what));
  },
};
