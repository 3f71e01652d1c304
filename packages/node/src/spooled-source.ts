import { ScratchFile } from './scratch-file.ts';

/**
 * What came through a stream, in a file without a name: a dump is read here and there, and a stream
 * only once.
 */
export class SpooledSource extends ScratchFile {
  /**
   * Takes a stream to its end; `onBytes` is told how many there are so far. `folder` must have the
   * room. Throws `io` where the operating system refuses, and what the stream throws.
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
