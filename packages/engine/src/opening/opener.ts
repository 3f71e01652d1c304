import {
  ArchitectureTable,
  type ByteSource,
  type ByteStore,
  type CreateHash,
  type Dump,
  type IndexCache,
  type KernelCache,
  type Plugin,
  type SourceOptions,
  type SymbolTable,
  TransferBudget,
} from '@vmcorekit/core';
import type { DriveOptions } from '../running/drive.ts';
import type { StepLimit } from '../running/step-limit.ts';
import { Disassemblers } from '../toolkit/disassemblers.ts';
import { PreferredCompressors } from '../toolkit/preferred-compressors.ts';
import { Registry } from '../toolkit/registry.ts';
import { Claims } from './claims.ts';
import type { IdentifiedSource, IdentifyOptions } from './identified-source.ts';
import { identify } from './identify.ts';
import { openIdentified } from './open-dump.ts';
import { type OpenedFile, openFile, openSource } from './open-file.ts';
import { openSymbols } from './open-symbols.ts';
import type { OpeningServices } from './opening-context.ts';
import { refusePacked } from './refuse-packed.ts';

export interface ToolkitOptions {
  /**
   * Ends a plug-in that hangs while it probes, opens, analyzes or writes. A search has its own
   * guard and limits.
   */
  readonly stepLimit?: StepLimit;
  /** Makes an empty store to unpack streams into. Left out, they are unpacked into memory. */
  readonly openScratch?: () => Promise<ByteStore>;
  /** Keeps what is equal in every dump of one kernel's build. Left out, nothing is kept. */
  readonly kernelCache?: KernelCache | undefined;
  /** Keeps indexes of containers, so that a file is indexed once. Left out, none is kept. */
  readonly indexCache?: IndexCache | undefined;
  /** How much all that is opened may fetch over networks together. Left out, there is no limit. */
  readonly maxTransferInBytes?: number | undefined;
  /**
   * The platform's hash of that name, as of `StatedDigest.algorithm`; undefined for one that it
   * lacks. Left out, `verify` compares only digests that bring their own.
   */
  readonly hashNamed?: ((algorithm: string) => CreateHash | undefined) | undefined;
}

/** A composed set of plug-ins, and everything that can be opened with it. */
export class Opener {
  readonly registry: Registry;
  readonly architectures: ArchitectureTable;
  readonly compressors: PreferredCompressors;
  readonly disassemblers: Disassemblers;

  protected readonly stepLimit: StepLimit | undefined;
  protected readonly kernelCache: KernelCache | undefined;
  protected readonly hashNamed: (algorithm: string) => CreateHash | undefined;
  readonly #services: OpeningServices;
  readonly #sourceOptions: SourceOptions;

  /** Throws `name-clash` where names are not unique. */
  constructor(
    plugins: readonly Plugin[],
    {
      stepLimit,
      openScratch,
      kernelCache,
      indexCache,
      hashNamed,
      maxTransferInBytes,
    }: ToolkitOptions = {},
  ) {
    this.stepLimit = stepLimit;
    this.kernelCache = kernelCache;
    this.#sourceOptions =
      maxTransferInBytes === undefined ? {} : { budget: new TransferBudget(maxTransferInBytes) };
    this.hashNamed = hashNamed ?? (() => undefined);
    this.registry = new Registry(plugins);
    this.architectures = new ArchitectureTable(this.registry.all('architectures'));
    this.compressors = new PreferredCompressors(this.registry.all('compressors'));
    this.disassemblers = new Disassemblers(this.registry.all('disassemblers'));
    const { architectures, compressors } = this;
    this.#services = {
      architectures,
      compressors,
      ...(openScratch === undefined ? {} : { openScratch }),
      ...(indexCache === undefined ? {} : { indexCache }),
    };
  }

  /**
   * Opens a path, or an address whose scheme a source opener takes. Throws what the opener throws.
   */
  openSource(pathOrUrl: string): Promise<ByteSource> {
    return openSource(this.registry.all('sources'), pathOrUrl, this.#sourceOptions);
  }

  /**
   * Opens a file as users name it, also `FILE//ENTRY` or the folder of a snapshot, with what
   * `identify` has to know about it.
   *
   * @param format as in `IdentifyOptions`: with one that takes addresses, several files with
   *   addresses are not asked whether they are packed
   */
  openFile(
    pathOrUrl: string,
    { format }: Pick<IdentifyOptions, 'format'> = {},
  ): Promise<OpenedFile> {
    const isMemory =
      format !== undefined && this.registry.named('formats', format)?.takesPlaces === true;
    return openFile(
      this.registry.all('sources'),
      pathOrUrl,
      (part, isLayer) => {
        if (isLayer || !isMemory) {
          refusePacked(new Claims(this.registry, this.stepLimit), part, isLayer);
        }
      },
      this.registry
        .all('formats')
        .flatMap(({ folderHolds }) => (folderHolds === undefined ? [] : [folderHolds])),
      this.#sourceOptions,
    );
  }

  /**
   * Finds the container and format of a file without opening it as a dump. Takes over the source.
   * Throws `unknown-format`, `choose-entry` for a container of several dumps, and what a container
   * throws.
   */
  identify(source: ByteSource, options: IdentifyOptions = {}): Promise<IdentifiedSource> {
    return identify(this.registry, this.#services, source, options, this.stepLimit);
  }

  /**
   * Opens a dump from one identified file, or from all parts of a split one in any order. Takes
   * them over.
   */
  openIdentified(parts: readonly IdentifiedSource[], options: DriveOptions = {}): Promise<Dump> {
    return openIdentified(this.registry, this.#services, parts, options, this.stepLimit);
  }

  /**
   * Opens a dump from one source, or from all parts of a split one in any order. Takes them over,
   * even when it throws.
   */
  async open(
    given: ByteSource | readonly ByteSource[],
    options: IdentifyOptions = {},
  ): Promise<Dump> {
    const sources = 'length' in given ? given : [given];
    const parts: IdentifiedSource[] = [];
    for (const [index, source] of sources.entries()) {
      try {
        parts.push(await this.identify(source, options));
      } catch (error) {
        for (const owned of [...parts, ...sources.slice(index + 1)]) {
          owned[Symbol.dispose]();
        }
        throw error;
      }
    }
    return this.openIdentified(parts, options);
  }

  /**
   * Reads a symbol file with the symbol file format that has the strongest claim to it; a
   * compressed one by its container. Takes over the source, even where it throws. Throws
   * `unknown-format`, and what reading symbols throws.
   */
  openSymbols(source: ByteSource): Promise<SymbolTable> {
    return openSymbols(this.registry, this.#services, source, this.stepLimit);
  }
}
