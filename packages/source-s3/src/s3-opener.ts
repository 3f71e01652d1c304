import { type ByteSource, type SourceOpener, type SourceOptions, shownName } from '@vmcorekit/core';
import { MissingError, type RemoteFiles } from '@vmcorekit/source-http';
import { besideOf, parseS3Name, type S3Address, urlOf } from './address.ts';

/** Opens `s3://BUCKET/KEY`, with the credentials that AWS's own tools use. */
export class S3Opener implements SourceOpener {
  readonly name: string = 's3';
  readonly summary: string = 'files in buckets of S3 and of what speaks as it does';
  readonly schemes: readonly string[] = ['s3'];
  readonly isRemote = true;
  readonly #files: RemoteFiles;

  constructor(files: RemoteFiles) {
    this.#files = files;
  }

  async open(url: string, options?: SourceOptions): Promise<ByteSource> {
    return await this.#open(parseS3Name(url), options);
  }

  async companion(
    url: string,
    name: string,
    options?: SourceOptions,
  ): Promise<ByteSource | undefined> {
    const beside = besideOf(parseS3Name(url), name);
    try {
      return beside === undefined ? undefined : await this.#open(beside, options);
    } catch (error) {
      if (error instanceof MissingError) {
        return undefined;
      }
      throw error;
    }
  }

  #open(address: S3Address, options?: SourceOptions): Promise<ByteSource> {
    const name = shownName(`s3://${address.bucket}/${address.key}`);
    return this.#files.open(urlOf(address), name, options);
  }
}
