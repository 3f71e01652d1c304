import { ScratchFile } from './scratch-file.ts';

/**
 * The contents of a stream, in a nameless file: a dump is read in any order, and a stream only
 * once.
 */
export class SpooledSource extends ScratchFile {
  /**
   * Reads a stream to its end; `onBytes` gets the number of bytes so far. `folder` must have the
   * space. Throws `io` where the operating system refuses, and what the stream throws.
   */
  static async of(
    stream: AsyncIterable<Uint8Array>,
    name: string,
    folder: string,
    onBytes: (sizeInBytes: number) => void = () => {},
  ): Promise<SpooledSource> {
    const source = new SpooledSource(folder, name);
    try {
      for await (const chunk of stream) {
        source.writeAt(source.sizeInBytes, chunk);
        onBytes(source.sizeInBytes);
      }
      return source;
    } catch (error) {
      source[Symbol.dispose]();
      throw error;
    }
  }
}
