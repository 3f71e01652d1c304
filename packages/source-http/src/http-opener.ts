import {
  type ByteSource,
  isPlainName,
  type SourceOpener,
  type SourceOptions,
  shownName,
} from '@vmcorekit/core';
import { MissingError, type RemoteFiles } from './remote-files.ts';

/** Opens files on servers, by http and https. */
export class HttpOpener implements SourceOpener {
  readonly name: string = 'http';
  readonly summary: string = 'files on web servers and in object stores';
  readonly schemes: readonly string[] = ['http', 'https'];
  readonly #files: RemoteFiles;

  constructor(files: RemoteFiles) {
    this.#files = files;
  }

  open(url: string, options?: SourceOptions): Promise<ByteSource> {
    return this.#files.open(url, shownName(url), options);
  }

  /**
   * The file of that name beside it. Never gets the query: it signs one path, and other files of
   * the server must not get the secret. Most object stores then answer that there is no such file.
   */
  async companion(
    url: string,
    name: string,
    options?: SourceOptions,
  ): Promise<ByteSource | undefined> {
    if (!isPlainName(name) || !URL.canParse(url)) {
      return undefined;
    }
    const beside = new URL(url);
    beside.search = '';
    beside.hash = '';
    beside.pathname = beside.pathname.replace(/[^/]*$/, () => encodeURIComponent(name));
    try {
      return await this.open(beside.href, options);
    } catch (error) {
      if (error instanceof MissingError) {
        return undefined;
      }
      throw error;
    }
  }
}
