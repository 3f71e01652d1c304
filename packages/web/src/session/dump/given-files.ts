import { BlobSource, plainNameOf } from '@vmcorekit/browser';
import { type ByteSource, shownName, sideIndexSuffix, VmcorekitError } from '@vmcorekit/core';
import type { CompanionOpener, SideIndexFile } from '@vmcorekit/engine';
import type { OpenRequest } from '../../protocol/dump-calls.ts';
import type { Addresses } from './addresses.ts';

/** A file that the user gave: one of their machine, or one on a server. */
export interface GivenFile {
  /** Without the secrets of an address. */
  readonly name: string;
  /** The caller owns the source. Throws `io` and `transfer-limit`. */
  readonly open: () => Promise<ByteSource>;
  /** Opens a file beside it, by its name: one that was given too, or of the same server. */
  readonly openBeside: CompanionOpener;
  readonly sideIndex: SideIndexFile;
}

/** All that a request names, by name. Only a worker that reaches servers has `addresses`. */
export function givenFiles(
  { files, address }: OpenRequest,
  addresses: Addresses | undefined,
): readonly GivenFile[] {
  const among: CompanionOpener = async (name) => {
    const file = files.find((each) => each.name === name);
    return file === undefined ? undefined : new BlobSource(file);
  };
  const given: GivenFile[] = files.map((file) => ({
    name: file.name,
    open: async () => new BlobSource(file),
    openBeside: among,
    sideIndex: sideIndexOf(file.name, among),
  }));
  if (address !== undefined) {
    const at = addresses?.of(address);
    const name = shownName(address.url);
    const openBeside: CompanionOpener = async (beside) =>
      (await among(beside)) ?? (await at?.beside(beside));
    given.push({
      name,
      open: at?.open ?? (() => Promise.reject(unreachable(name))),
      openBeside,
      sideIndex: sideIndexOf(plainNameOf(address.url), openBeside),
    });
  }
  return given.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** What `vmcorekit index` writes beside a file of that name. */
function sideIndexOf(plainName: string | undefined, openBeside: CompanionOpener): SideIndexFile {
  const name = `${plainName ?? ''}${sideIndexSuffix}`;
  return { name, open: async () => (plainName === undefined ? undefined : openBeside(name)) };
}

function unreachable(file: string): VmcorekitError<'io'> {
  return new VmcorekitError('io', {
    file,
    because: 'plug-ins run where no server is reached: remove them, or download the file first',
  });
}
