import { type Container, type FileHead, hasAt, latin1Text, magicAt } from '@vmcorekit/core';
import { namedContainer } from './named-container.ts';

const localHeader = 'PK\x03\x04';
const firstNameAt = 30;
const firstNames: readonly string[] = ['container.description', 'information.turtle'];
const endOfDirectory = 'PK\x05\x06';
const commentAt = 22;
/** The longest comment of a zip archive, and the record before it. */
const searchedInBytes: number = 0xffff;
const scheme = 'aff4://';

/**
 * Evidence of AFF4, in which linpmem and winpmem keep memory: a zip archive whose comment, or whose
 * first file, says so. Its claim is that of the archive, so that no part of it is taken for a dump.
 * Source: AFF4 Standard 1.0.
 */
export const aff4: Container = {
  ...namedContainer({
    name: 'aff4',
    summary: 'evidence of AFF4, as linpmem and winpmem write it',
    advice:
      'export the memory in it with the program that wrote it, or with aff4imager, and give that file',
    probe: (head, file) => aff4Sign(head, file),
  }),
  probe(file) {
    const because = aff4Sign(file.head, file);
    return because === undefined ? undefined : { because, strength: 'signature' };
  },
};

/** Source: AFFLIB, aff.h. */
export const aff: Container = namedContainer({
  name: 'aff',
  summary: 'evidence of AFF, before version 4',
  advice: 'export it first: affcat FILE > DUMP',
  probe: magicAt(0, 'AFF10\r\n\0'),
});

function aff4Sign(head: Uint8Array, file: FileHead): string | undefined {
  if (!hasAt(head, 0, localHeader)) {
    return undefined;
  }
  const first = firstNames.find((name) => hasAt(head, firstNameAt, name));
  if (first !== undefined) {
    return `is a zip archive that begins with ${first}`;
  }
  const tail = latin1Text(file.tail(searchedInBytes));
  const end = tail.lastIndexOf(endOfDirectory);
  return end >= 0 && tail.startsWith(scheme, end + commentAt)
    ? 'is a zip archive with the name of an AFF4 volume'
    : undefined;
}
