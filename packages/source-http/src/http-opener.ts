import {
  type ByteSource,
  type SourceOpener,
  type SourceOptions,
  shownName,
  VmcorekitError,
} from '@vmcorekit/core';
import { plainNameOf, urlBeside } from './address.ts';
import { MissingError } from './fault.ts';
import type { RemoteFiles } from './remote-files.ts';

/** Opens files on servers, by http and https. */
export class HttpOpener implements SourceOpener {
  readonly name: string = 'http';
  readonly summary: string = 'files on web servers and in object stores';
  readonly schemes: readonly string[] = ['http', 'https'];
  readonly isRemote = true;
  readonly #files: RemoteFiles;

  constructor(files: RemoteFiles) {
    this.#files = files;
  }

  /**
   * Refuses a fragment with an entry or a place (`#PART//ENTRY`, `#PART@ADDRESS`). No server sees
   * it, so it would be lost; the caller opens the address before it.
   */
  async open(url: string, options?: SourceOptions): Promise<ByteSource> {
    const file = shownName(url);
    if (/#(?!.*:\/\/).*(?:\/\/|@\d[\w+]*$)/s.test(url)) {
      throw new VmcorekitError('io', {
        file,
        because: "its fragment ('#') holds an entry or place",
      });
    }
    return await this.#files.open(url, file, options);
  }

  plainNameOf(url: string): string | undefined {
    return plainNameOf(url);
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
    const beside = urlBeside(url, name);
    if (beside === undefined) {
      return undefined;
    }
    try {
      return await this.open(beside, options);
    } catch (error) {
      if (error instanceof MissingError) {
        return undefined;
      }
      throw error;
    }
  }
}
