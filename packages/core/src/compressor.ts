/** A compression method, as the formats name it. Plug-ins may add more. */
export type CompressionMethod = 'zlib' | 'lzo' | 'snappy' | 'zstd' | (string & {});

/**
 * One codec. Several may serve one method: the first registered one that is available wins. So
 * register a fast codec before the portable one.
 */
export interface Compressor {
  /** Unique among compressors, `METHOD-IMPLEMENTATION`: `zlib-node`, `zlib-pako`. */
  readonly name: string;
  readonly method: CompressionMethod;
  /** False where the platform lacks what it needs (a browser has no `node:zlib`). */
  isAvailable(): boolean;
  /**
   * Loads what is slow to load (WebAssembly). Awaited once, before the first `decode` or `encode`.
   */
  prepare?(): Promise<void>;
  /**
   * Decodes all of `input` into the start of `output` and returns the number of bytes written.
   * Never writes past `output`. Throws `bad-data` when the stream is damaged, ends early, or holds
   * more than `output` takes.
   */
  decode(input: Uint8Array, output: Uint8Array): number;
  /**
   * Encodes `input` into the start of `output`. Returns the number of bytes written, or -1 where
   * they do not fit (then store the page raw).
   */
  encode?(input: Uint8Array, output: Uint8Array): number;
}

/** Finds the codec for a method. Formats see only this interface, never the codecs. */
export interface CompressorRegistry {
  /**
   * The preferred available codec of a method, ready to use. Throws `unknown-name` where no codec
   * serves it.
   */
  ready(method: CompressionMethod, direction: 'decode' | 'encode'): Promise<Compressor>;
}
