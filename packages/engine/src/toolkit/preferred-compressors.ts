import {
  type CompressionMethod,
  type Compressor,
  type CompressorRegistry,
  VmcorekitError,
} from '@vmcorekit/core';

/** Chooses, for each method, the first registered codec that is available. */
export class PreferredCompressors implements CompressorRegistry {
  readonly #compressors: readonly Compressor[];
  readonly #prepared: Map<Compressor, Promise<void>> = new Map();

  constructor(compressors: readonly Compressor[]) {
    this.#compressors = compressors;
  }

  async ready(method: CompressionMethod, direction: 'decode' | 'encode'): Promise<Compressor> {
    // Availability is checked last, because a codec may compile its WebAssembly to answer.
    const isUsable = (candidate: Compressor): boolean =>
      (direction === 'decode' || candidate.encode !== undefined) && candidate.isAvailable();
    const compressor = this.#compressors.find(
      (candidate) => candidate.method === method && isUsable(candidate),
    );
    if (compressor === undefined) {
      throw new VmcorekitError('unknown-name', {
        kind: direction === 'decode' ? 'compressor' : 'encoder',
        name: method,
        known: [
          ...new Set(this.#compressors.filter(isUsable).map((candidate) => candidate.method)),
        ],
      });
    }
    let prepared = this.#prepared.get(compressor);
    if (prepared === undefined) {
      prepared = compressor.prepare?.() ?? Promise.resolve();
      this.#prepared.set(compressor, prepared);
    }
    await prepared;
    return compressor;
  }
}
