import {
  asPluginError,
  type ByteSource,
  type Container,
  type ContainerContents,
  type Damage,
  type DigestedContent,
  type HeaderValue,
  type OriginSign,
} from '@vmcorekit/core';
import type { DriveOptions } from '../running/drive.ts';
import { guardedOpen } from '../running/plugin-call.ts';
import type { StepLimit } from '../running/step-limit.ts';
import { chooseEntry } from './choose-entry.ts';
import type { Claims } from './claims.ts';
import type { IdentifyOptions } from './identified-source.ts';
import { KeptIndexes } from './kept-indexes.ts';
import { openEntry } from './open-entry.ts';
import type { PlacesIn } from './open-placed.ts';
import {
  type CompanionOpener,
  maxUnpackedOf,
  OpeningContext,
  type OpeningServices,
} from './opening-context.ts';
import { ReadCounter } from './read-counter.ts';
import { readSideIndex } from './side-index.ts';

/** What the containers of a file are opened with. */
export interface UnwrappingParts {
  readonly services: OpeningServices;
  readonly claims: Claims;
  readonly openCompanion: CompanionOpener;
  readonly options: IdentifyOptions;
  readonly stepLimit: StepLimit | undefined;
}

/** A file whose containers are opened one by one, the outermost first. Owns its source. */
export class Unwrapping {
  /** The file, or what the innermost container holds. */
  source: ByteSource;
  /** What is left of the entry's name that the user gave. */
  rest: string | undefined;
  placed: PlacesIn | undefined;
  placedBecause: string | undefined;
  /** The names of the containers that were opened. */
  readonly containers: string[] = [];
  readonly header: Map<string, HeaderValue> = new Map();
  readonly statedDigests: DigestedContent[] = [];
  readonly origins: OriginSign[] = [];
  readonly damage: Damage[] = [];
  readonly counter: ReadCounter = new ReadCounter();
  readonly maxUnpackedInBytes: number;
  /** The name of the side index, where it is in use. */
  indexBeside: string | undefined;
  readonly #fileName: string;
  readonly #kept: KeptIndexes;
  readonly #parts: UnwrappingParts;
  #outermost: ContainerContents | undefined;

  constructor(file: ByteSource, parts: UnwrappingParts) {
    this.source = this.counter.counted(file);
    this.rest = parts.options.entry;
    this.placed = parts.options.placed;
    this.maxUnpackedInBytes = maxUnpackedOf(file.sizeInBytes);
    this.#fileName = file.name;
    this.#kept = new KeptIndexes(file, parts.services.indexCache);
    this.#parts = parts;
  }

  /** Opens a container, and the entry of it that is wanted, in place of the source. */
  async unwrap(container: Container): Promise<void> {
    const { services, claims, openCompanion, options, stepLimit } = this.#parts;
    const { name } = container;
    const place = [...this.containers, name, this.rest ?? ''];
    const given = this.containers.length === 0 ? options.snapshot : undefined;
    const kept = given ?? (options.isIndexedAgain === true ? null : this.#kept.load(place));
    const beside = kept === null ? await this.#sideIndexOf(container) : null;
    const snapshot = kept ?? beside;
    const context = new OpeningContext(services, this.counter, openCompanion, {
      maxUnpackedInBytes: this.maxUnpackedInBytes,
      snapshot,
    });
    const contents = await openContainer(container, this.source, context, options, stepLimit);
    this.#outermost ??= contents;
    this.containers.push(name);
    if (beside !== null && contents.snapshot?.() === beside) {
      this.indexBeside = options.sideIndex?.name;
    }
    try {
      for (const [field, value] of contents.header ?? []) {
        this.header.set(field, value);
      }
      this.origins.push(...(contents.origins ?? []));
      const chosen = chooseEntry(this.#fileName, name, contents, this.rest, claims);
      this.rest = chosen.rest;
      this.placed = chosen.placed ?? this.placed;
      this.placedBecause = chosen.placedBecause;
      const content = await openEntry(name, contents, chosen.entry, options, stepLimit);
      const digests = contents.digestsOf?.(chosen.entry) ?? [];
      const blockDigests = contents.blockDigestsOf?.(chosen.entry) ?? [];
      if (digests.length + blockDigests.length > 0) {
        this.statedDigests.push({ container: name, content, digests, blockDigests });
      }
      this.source = content;
      this.damage.push(...contents.damage);
      this.#kept.store(place, contents, snapshot);
    } catch (error) {
      this.damage.push(...(Array.isArray(contents.damage) ? contents.damage : []));
      contents[Symbol.dispose]();
      throw asPluginError(`container '${name}'`, error);
    }
  }

  /** The bytes of the file's side index, if this container is its outermost and takes one. */
  async #sideIndexOf({ takesSideIndex }: Container): Promise<Uint8Array | null> {
    const { sideIndex, isIndexedAgain } = this.#parts.options;
    const isWanted =
      takesSideIndex === true && this.containers.length === 0 && isIndexedAgain !== true;
    const found =
      isWanted && sideIndex !== undefined
        ? await readSideIndex(sideIndex, this.source.sizeInBytes)
        : undefined;
    if (found !== undefined && 'bytes' in found) {
      this.counter.add(found.source);
      return found.bytes;
    }
    this.damage.push(...(found === undefined ? [] : [found]));
    return null;
  }

  /** The index of the outermost container; undefined where it has none. */
  snapshot(): Uint8Array | undefined {
    return this.#outermost?.snapshot?.();
  }
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
