import { CachedSource, type Damage, type FileHead, VmcorekitError } from '@vmcorekit/core';
import type { StepLimit } from '../running/step-limit.ts';
import type { Registry } from '../toolkit/registry.ts';
import { claimAsTold, notUnpacked } from './claim-as-told.ts';
import type { Claimed, Claims } from './claims.ts';
import type { IdentifyOptions } from './identified-source.ts';
import { type MainFile, mainFileOf } from './main-file.ts';
import { describedMemory, memoryGuess, memoryOrArchive } from './memory-or-claimed.ts';
import type { CompanionOpener } from './opening-context.ts';
import type { Unwrapping } from './unwrapping.ts';

/** A dump in a container in a container is conceivable; a deeper nesting is an attack. */
const maxNesting = 4;

/** What claims are chosen from. */
export interface ChoiceParts {
  readonly registry: Registry;
  readonly claims: Claims;
  readonly openCompanion: CompanionOpener;
  readonly options: IdentifyOptions;
  readonly stepLimit: StepLimit | undefined;
}

/** A claim to follow, with what it leaves open. */
export interface ChosenClaim {
  readonly chosen: Claimed;
  /** The file beside it that describes it. */
  readonly main: MainFile | undefined;
  /** What speaks against the choice. */
  readonly damage: readonly Damage[];
}

/**
 * Chooses what a file is taken for, once some of its containers are open. Throws `unknown-format`
 * where nothing claims it, `unknown-name` where an entry is named of what is no container, and
 * `unsupported` where it may be an archive or memory.
 */
export async function chooseClaim(
  wholeName: string,
  head: FileHead,
  unwrapping: Unwrapping,
  { registry, claims, openCompanion, options, stepLimit }: ChoiceParts,
): Promise<ChosenClaim> {
  const { rest, placed, containers } = unwrapping;
  const isUnpacked = unwrapping.placedBecause !== undefined;
  const isTold = placed !== undefined || options.format !== undefined;
  const claimed = isTold
    ? [claimAsTold(registry, options, isUnpacked ? null : { claims, head, rest, placed })]
    : claims.to(head);
  // What begins with lost bytes may be anything.
  const withoutGuesses = options.withoutGuesses === true || head.headLost !== undefined;
  const strong = strongest(claimed, containers.length < maxNesting, withoutGuesses);
  if (strong === undefined) {
    throw unclaimed(wholeName, claims, [
      ...claimed.flatMap(({ container }) =>
        container === undefined
          ? []
          : [
              `${containers.join(' › ')} holds another ${container.name}, and at most ${maxNesting} containers inside each other are opened`,
            ],
      ),
      ...(head.headLost === undefined ? [] : [head.headLost]),
      ...[...claims.failures.values(), ...unwrapping.damage].map(({ detail }) => detail),
    ]);
  }
  const guess = memoryGuess(claimed);
  const isOutside = containers.length === 0;
  const best =
    (isOutside && rest === undefined && guess !== undefined && guess !== strong
      ? await describedMemory(guess, head, openCompanion)
      : undefined) ?? strong;
  const isEither = guess !== undefined && best.claim.mayBeMemory === true && rest === undefined;
  if (best.container === undefined && rest !== undefined) {
    throw new VmcorekitError('unknown-name', { kind: 'entry', name: rest, known: [] });
  }
  // No guest wrote the file beside it: it beats the mark of a container.
  const isMarked = guess !== undefined && best.container !== undefined && rest === undefined;
  const isGuessed = isMarked || best.claim.strength === 'guess';
  const asMemory = isEither || isGuessed ? (guess ?? best) : undefined;
  const found =
    asMemory !== undefined && isOutside
      ? await mainFileOf(registry, stepLimit, head, asMemory, async (name) => {
          const opened = await openCompanion(name);
          return opened === undefined
            ? undefined
            : new CachedSource(unwrapping.counter.counted(opened));
        })
      : undefined;
  const main = found !== undefined && 'source' in found ? found : undefined;
  if (isEither && main === undefined) {
    throw memoryOrArchive(wholeName, best, guess);
  }
  const chosen = isEither || (isMarked && main !== undefined) ? guess : best;
  const possible =
    chosen.format !== undefined && isTold && !isUnpacked ? claims.containerOf(head) : undefined;
  return {
    chosen,
    main,
    damage: [
      ...(main === undefined || best.container === undefined
        ? []
        : [notUnpacked(best, `as ${main.name} beside it describes it`)]),
      ...(possible === undefined ? [] : [notUnpacked(possible, 'as it was given')]),
      ...(found !== undefined && 'detail' in found ? [found] : []),
    ],
  };
}

/**
 * The claim to follow. A guess counts only for a file that nothing else claims: not even a
 * container that lies too deep to be opened.
 */
function strongest(
  claimed: readonly Claimed[],
  mayUnwrap: boolean,
  withoutGuesses: boolean,
): Claimed | undefined {
  const known = claimed.filter(({ claim }) => claim.strength !== 'guess');
  if (known.length > 0) {
    return known.find(({ format }) => mayUnwrap || format !== undefined);
  }
  return claimed.find(({ format }) => !withoutGuesses || format?.isNamedOnly === true);
}

function unclaimed(file: string, claims: Claims, reasons: readonly string[]): VmcorekitError {
  const because = reasons.join('; ');
  return new VmcorekitError('unknown-format', {
    file,
    tried: claims.tried,
    ...(because === '' ? {} : { because }),
  });
}
