import {
  type Compressor,
  type CompressorRegistry,
  hex,
  plural,
  VmcorekitError,
} from '@vmcorekit/core';
import { compressionFlags } from '../header/layout.ts';
import type { KdumpPart } from '../part/kdump-part.ts';

/**
 * Enough descriptors to meet every method that a real writer mixes: it uses one method, and stores
 * a page raw where that does not shrink it.
 */
const sampledDescriptors = 512;

/**
 * The decoders that a dump's pages need. Each page's flags name its method. A method without a
 * decoder fails only its own pages.
 */
export class PageCodecs {
  readonly #codecs: ReadonlyMap<string, Compressor>;
  readonly #failures: ReadonlyMap<string, unknown>;

  private constructor(
    codecs: ReadonlyMap<string, Compressor>,
    failures: ReadonlyMap<string, unknown>,
  ) {
    this.#codecs = codecs;
    this.#failures = failures;
  }

  /** Prepares the codecs that the headers' status bits and the first descriptors announce. */
  static async prepare(
    parts: readonly KdumpPart[],
    registry: CompressorRegistry,
  ): Promise<PageCodecs> {
    const announced = parts.reduce(
      (flags, part) => flags | part.header.status | sampledFlags(part),
      0,
    );
    const codecs = new Map<string, Compressor>();
    const failures = new Map<string, unknown>();
    for (const { flag, method } of compressionFlags) {
      if ((announced & flag) !== 0) {
        try {
          codecs.set(method, await registry.ready(method, 'decode'));
        } catch (error) {
          failures.set(method, error);
        }
      }
    }
    return new PageCodecs(codecs, failures);
  }

  /**
   * Decodes a page's stored bytes. Throws `bad-data`, or the error that kept the codec from being
   * ready.
   */
  decode(flags: number, stored: Uint8Array, page: Uint8Array): void {
    const entry = compressionFlags.find(({ flag }) => (flags & flag) !== 0);
    if (entry === undefined) {
      throw new VmcorekitError('bad-data', {
        codec: 'page',
        because: `flags ${hex(flags)} name no known compression`,
      });
    }
    const codec = this.#codecs.get(entry.method);
    if (codec === undefined) {
      throw (
        this.#failures.get(entry.method) ??
        new VmcorekitError('bad-data', {
          codec: entry.method,
          because:
            'neither the header nor the first pages announce this compression, so it was not readied',
        })
      );
    }
    const length = codec.decode(stored, page);
    if (length !== page.length) {
      throw new VmcorekitError('bad-data', {
        codec: codec.name,
        because: `decoded to ${plural(length, 'byte')}, a page has ${page.length}`,
      });
    }
  }
}

function sampledFlags(part: KdumpPart): number {
  let flags = 0;
  for (let index = 0; index < sampledDescriptors; index++) {
    flags |= part.descriptors.at(index)?.flags ?? 0;
  }
  return flags;
}
