/** A compression method as the formats name it. Plug-ins may add their own. */
export type CompressionMethod = 'zlib' | 'lzo' | 'snappy' | 'zstd' | (string & {});

/**
 * One codec. Several may serve one method: the first registered that is available wins, so a fast
 * one is registered before the portable one.
 */
export interface Compressor {
  /** Unique among compressors, `METHOD-IMPLEMENTATION`: `zlib-node`, `zlib-pako`. */
  readonly name: string;
  readonly method: CompressionMethod;
  /** False where the platform lacks what it needs (a browser has no `node:zlib`). */
  isAvailable(): boolean;
  /**
   * Loads what is slow to load (WebAssembly); awaited once before the first `decode` or `encode`.
   */
  prepare?(): Promise<void>;
  /**
   * Decodes all of `input` into the start of `output` and returns the number of bytes written.
   * Never writes past `output`. Throws `bad-data` when the stream is damaged, ends early, or holds
   * more than `output` takes.
   */
  decode(input: Uint8Array, output: Uint8Array): number;
  /**
   * Encodes `input` into the start of `output`; returns the bytes written, or -1 where they do not
   * fit (store the page raw then).
   */
  encode?(input: Uint8Array, output: Uint8Array): number;
}

/** Finds the codec for a method; formats see this, never the codecs themselves. */
export interface CompressorRegistry {
  /**
   * The preferred available codec of a method, ready to use. Throws `unknown-name` where there is
   * none.
   */
  ready(method: CompressionMethod, direction: 'decode' | 'encode'): Promise<Compressor>;
}
