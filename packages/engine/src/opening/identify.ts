import {
  asPluginError,
  type ByteSource,
  CachedSource,
  type Container,
  type ContainerContents,
  type Damage,
  type DigestedContent,
  type DumpFormat,
  type FileHead,
  fileHeadOf,
  type HeaderValue,
  type OriginSign,
  type PlacedBytes,
  type Progress,
  VmcorekitError,
} from '@vmcorekit/core';
import { type DriveOptions, drive } from '../running/drive.ts';
import { guardedOpen, guardedProbe } from '../running/plugin-call.ts';
import type { StepLimit } from '../running/step-limit.ts';
import type { Registry } from '../toolkit/registry.ts';
import { chooseEntry } from './choose-entry.ts';
import { type Claimed, Claims, type ContainerClaimed } from './claims.ts';
import { KeptIndexes } from './kept-indexes.ts';
import { type MainFile, mainFileOf } from './main-file.ts';
import { describedMemory, memoryGuess, memoryOrArchive } from './memory-or-claimed.ts';
import { openEntry } from './open-entry.ts';
import type { PlacesIn } from './open-placed.ts';
import {
  type CompanionOpener,
  maxUnpackedOf,
  OpeningContext,
  type OpeningServices,
  recordedCompanions,
} from './opening-context.ts';
import { ReadCounter } from './read-counter.ts';
import { withDamage } from './with-damage.ts';

/** A dump in a container in a container is conceivable; a deeper nesting is an attack. */
const maxNesting = 4;

export interface IdentifyOptions extends DriveOptions {
  /** The file of a container to open; `ENTRY//ENTRY` for a container in a container. */
  readonly entry?: string | undefined;
  /**
   * Opens files beside this one, for formats and containers that consist of several. Left out,
   * there are none.
   */
  readonly openCompanion?: CompanionOpener | undefined;
  /**
   * Where the user says that the bytes lie in physical memory, for contents of any size. Then the
   * file is raw memory, whatever it looks like. A container that is read is opened first.
   */
  readonly placed?: PlacesIn | undefined;
  /** `OpenedFile.check`: what it says becomes damage of the file. */
  readonly check?: (() => Generator<Progress, readonly Damage[], void>) | undefined;
  /** `FILE@ADDRESS` as the user wrote it: the name by which the dump opens again. */
  readonly placedName?: string | undefined;
  /**
   * The format to open the file with, whatever it looks like. A container that is read is opened
   * first.
   */
  readonly format?: string | undefined;
  /** Opens no file by a guess: for files that the user did not name. */
  readonly withoutGuesses?: true | undefined;
  /**
   * The `IdentifiedSource.snapshot` that this file gave earlier. One that does not fit is ignored,
   * and reported as damage.
   */
  readonly snapshot?: Uint8Array | undefined;
}

/**
 * A file without its containers, and the format that claims it. Owns its source until it is opened.
 */
export interface IdentifiedSource extends Disposable {
  /** The file's name; `FILE//ENTRY` where the caller named an entry, `FILE@ADDRESS` a place. */
  readonly file: string;
  readonly source: ByteSource;
  /** The names of its containers, the outermost first. */
  readonly containers: readonly string[];
  /** The innermost container's name, or null. */
  readonly container: string | null;
  /** What the containers' headers say; the innermost last. */
  readonly containerHeader: ReadonlyMap<string, HeaderValue>;
  /** What the containers state of their contents, the outermost first. */
  readonly statedDigests: readonly DigestedContent[];
  /** Which programs captured and wrote it, as the containers say. */
  readonly containerOrigins: readonly OriginSign[];
  readonly format: DumpFormat;
  /** The reason for the format's claim. */
  readonly because: string;
  readonly damage: readonly Damage[];
  /** The file beside it that describes it, and how to open it without that one. */
  readonly main?: MainFile | undefined;
  /** The names of the files beside it that are open: all that are used, once the dump is open. */
  readonly filesBeside: () => readonly string[];
  /** Equal for the parts of one split dump; null where the file stands alone. */
  readonly splitSet: string | null;
  /** Counts the bytes read from the file and from those beside it. */
  readonly counter: ReadCounter;
  readonly openCompanion: CompanionOpener;
  /** `OpenContext.maxUnpackedInBytes` of the file. */
  readonly maxUnpackedInBytes: number;
  readonly placed: readonly PlacedBytes[] | null;
  /** Why they lie there, where a container says it. */
  readonly placedBecause: string | undefined;
  /** The index of the outermost container, for the caller to keep; undefined where it has none. */
  snapshot(): Uint8Array | undefined;
}

/**
 * Finds the containers and the format of a file. Takes over the source. Throws `unknown-format`
 * with everything that was tried and any damage, `choose-entry`, what a container throws, and the
 * signal's reason.
 */
export async function identify(
  registry: Registry,
  services: OpeningServices,
  file: ByteSource,
  options: IdentifyOptions = {},
  stepLimit?: StepLimit,
): Promise<IdentifiedSource> {
  const claims = new Claims(registry, stepLimit);
  const counter = new ReadCounter();
  const damage: Damage[] = [];
  const maxUnpackedInBytes = maxUnpackedOf(file.sizeInBytes);
  const beside = recordedCompanions(options.openCompanion);
  const kept = new KeptIndexes(file, services.indexCache);
  let source = counter.counted(file);
  let rest = options.entry;
  const wholeName =
    options.placedName ??
    (options.entry === undefined ? file.name : `${file.name}//${options.entry}`);
  const containers: string[] = [];
  const containerHeader = new Map<string, HeaderValue>();
  const statedDigests: DigestedContent[] = [];
  const containerOrigins: OriginSign[] = [];
  let { placed } = options;
  let placedBecause: string | undefined;
  let outermost: ContainerContents | undefined;
  try {
    if (options.check !== undefined) {
      damage.push(...(await drive(options.check(), options, file.name, stepLimit)));
    }
    for (let depth = 0; ; depth++) {
      // Not below a container: what the container gathers from many places of a file would be held
      // twice.
      const cached = new CachedSource(source);
      const head = fileHeadOf(cached);
      const isTold = placed !== undefined || options.format !== undefined;
      const isUnpacked = placedBecause !== undefined;
      const claimed = isTold
        ? [claimAsTold(registry, options, isUnpacked ? null : { claims, head, rest, placed })]
        : claims.to(head);
      // What begins with lost bytes may be anything.
      const withoutGuesses = options.withoutGuesses === true || head.headLost !== undefined;
      const strong = strongest(claimed, depth < maxNesting, withoutGuesses);
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
          ...[...claims.failures.values(), ...damage].map(({ detail }) => detail),
        ]);
      }
      const guess = memoryGuess(claimed);
      const isOutside = containers.length === 0;
      let best =
        (isOutside && rest === undefined && guess !== undefined && guess !== strong
          ? await describedMemory(guess, head, beside.open)
          : undefined) ?? strong;
      const isEither = guess !== undefined && best.claim.mayBeMemory === true && rest === undefined;
      if (best.container === undefined && rest !== undefined) {
        throw new VmcorekitError('unknown-name', { kind: 'entry', name: rest, known: [] });
      }
      const asMemory = isEither || best.claim.strength === 'guess' ? (guess ?? best) : undefined;
      const found =
        asMemory !== undefined && isOutside
          ? await mainFileOf(registry, stepLimit, head, asMemory, async (name) => {
              const opened = await beside.open(name);
              return opened === undefined ? undefined : new CachedSource(counter.counted(opened));
            })
          : undefined;
      const main = found !== undefined && 'source' in found ? found : undefined;
      if (isEither && main === undefined) {
        throw memoryOrArchive(wholeName, best, guess);
      }
      best = isEither ? guess : best;
      if (best.container !== undefined) {
        const place = [...containers, best.container.name, rest ?? ''];
        const given = depth === 0 ? options.snapshot : undefined;
        const snapshot = given ?? kept.load(place);
        const context = new OpeningContext(services, counter, beside.open, {
          maxUnpackedInBytes,
          snapshot,
        });
        const contents = await openContainer(best.container, source, context, options, stepLimit);
        const { name } = best.container;
        outermost ??= contents;
        containers.push(name);
        try {
          for (const [field, value] of contents.header ?? []) {
            containerHeader.set(field, value);
          }
          containerOrigins.push(...(contents.origins ?? []));
          const chosen = chooseEntry(file.name, name, contents, rest, claims);
          ({ rest } = chosen);
          placed = chosen.placed ?? placed;
          ({ placedBecause } = chosen);
          const content = await openEntry(name, contents, chosen.entry, options, stepLimit);
          const digests = contents.digestsOf?.(chosen.entry) ?? [];
          if (digests.length > 0) {
            statedDigests.push({ container: name, content, digests });
          }
          source = content;
          damage.push(...contents.damage);
          kept.store(place, contents, snapshot);
        } catch (error) {
          damage.push(...(Array.isArray(contents.damage) ? contents.damage : []));
          contents[Symbol.dispose]();
          throw asPluginError(`container '${name}'`, error);
        }
        continue;
      }
      const { format: claiming, claim } = best;
      const possible = isTold && !isUnpacked ? claims.containerOf(head) : undefined;
      damage.push(...(possible === undefined ? [] : [notUnpacked(possible)]));
      source = cached;
      const misfit = found !== undefined && 'detail' in found ? [found] : [];
      const format = main?.format ?? claiming;
      const splitSet =
        main === undefined
          ? (guardedProbe(format.name, () => format.splitSetOf?.(cached), stepLimit) ?? null)
          : null;
      return {
        file: wholeName,
        source: cached,
        containers,
        container: containers.at(-1) ?? null,
        containerHeader,
        statedDigests,
        containerOrigins,
        format,
        because: main?.because ?? claim.because,
        damage: [...claims.failures.values(), ...damage, ...misfit],
        main,
        filesBeside: beside.inUse,
        splitSet,
        counter,
        openCompanion: beside.open,
        maxUnpackedInBytes,
        placed: placed?.(cached.sizeInBytes) ?? null,
        placedBecause,
        snapshot: () => outermost?.snapshot?.(),
        [Symbol.dispose]: () => {
          main?.source[Symbol.dispose]();
          cached[Symbol.dispose]();
        },
      };
    }
  } catch (error) {
    source[Symbol.dispose]();
    throw withDamage(error, damage);
  }
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

/** What a user named, and how, where they said what it is. */
interface Told {
  readonly claims: Claims;
  readonly head: FileHead;
  readonly rest: string | undefined;
  readonly placed: PlacesIn | undefined;
}

/**
 * The user's word needs no probe, but it is about the memory itself: packed bytes are unpacked
 * first; but not where a container says that they are memory (`null`). A caller who gives both a
 * place and a format for memory means the file as it is. Throws `unknown-name` where there is no
 * such format.
 */
function claimAsTold(
  registry: Registry,
  { format: name }: IdentifyOptions,
  told: Told | null,
): Claimed {
  const format =
    name === undefined
      ? registry.all('formats').find(({ takesPlaces }) => takesPlaces === true)
      : registry.named('formats', name);
  if (format === undefined) {
    throw new VmcorekitError('unknown-name', { kind: 'format', name: 'raw', known: [] });
  }
  const isItself = name !== undefined && told?.placed !== undefined && format.takesPlaces === true;
  return (
    (told === null ? undefined : containerAsTold(told, isItself)) ?? {
      format,
      claim: { because: 'it was given', strength: 'signature' },
    }
  );
}

/** A user who names an entry says that the file is an archive. */
function containerAsTold(
  { claims, head, rest }: Told,
  isItself: boolean,
): ContainerClaimed | undefined {
  if (rest !== undefined) {
    return claims.containerOf(head);
  }
  return isItself ? undefined : claims.certainContainerOf(head);
}

/**
 * The contents own the source. Where opening fails, everything that the container was given is
 * closed, except the source.
 */
async function openContainer(
  container: Container,
  source: ByteSource,
  context: OpeningContext,
  options: DriveOptions,
  stepLimit: StepLimit | undefined,
): Promise<ContainerContents> {
  try {
    const start = () => container.open(source, context);
    return await guardedOpen(
      `container '${container.name}'`,
      start,
      'its open returned no contents',
      options,
      stepLimit,
    );
  } catch (error) {
    context[Symbol.dispose]();
    throw error;
  }
}

function notUnpacked({ container, claim }: ContainerClaimed): Damage {
  return {
    name: 'not-unpacked',
    loses: 'nothing',
    detail: `read as memory, as it was given; but it may be packed (${container.name}: ${claim.because})`,
  };
}

function unclaimed(file: string, claims: Claims, reasons: readonly string[]): VmcorekitError {
  const because = reasons.join('; ');
  return new VmcorekitError('unknown-format', {
    file,
    tried: claims.tried,
    ...(because === '' ? {} : { because }),
  });
}
