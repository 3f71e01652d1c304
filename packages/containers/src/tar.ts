import {
  type ByteSource,
  type Container,
  type ContainerContents,
  EntrySource,
  magicAt,
  type OpenContext,
  type Progress,
  VmcorekitError,
} from '@vmcorekit/core';
import { checkUnpacked } from './contents.ts';
import { isHeader, recordInBytes } from './tar/header.ts';
import { readSparseMap } from './tar/sparse-map.ts';
import { SparseSource } from './tar/sparse-source.ts';
import { walkMembers } from './tar/walk-members.ts';

const hasMagic = magicAt(257, 'ustar\0', 'ustar ');

/**
 * ustar and pax, and as GNU tar writes it. Files lie in it as they are; the holes of those that
 * `tar -S` stored read as zeros. Source: POSIX, pax; GNU tar's manual.
 */
export const tar: Container = {
  name: 'tar',
  probe({ head }) {
    const because = hasMagic(head);
    return because !== undefined && isHeader(head.subarray(0, recordInBytes))
      ? { because: `${because}, and a header's checksum`, strength: 'signature' }
      : undefined;
  },
  open: async (file, context) => opened(file, context),
};

function* opened(
  file: ByteSource,
  context: OpenContext,
): Generator<Progress, ContainerContents, void> {
  const { members, damage } = yield* walkMembers(file);
  // Of several files of one name, tar -x leaves the last.
  const byName = new Map(members.map((member) => [member.name, member]));
  return {
    entries: [...byName].map(([name, { sizeInBytes }]) => ({
      name,
      sizeInBytes: Number.isSafeInteger(sizeInBytes) ? sizeInBytes : null,
      kind: 'file',
    })),
    open({ name }) {
      const member = byName.get(name);
      if (member === undefined) {
        throw new VmcorekitError('unknown-name', { kind: 'file in the archive', name, known: [] });
      }
      const { sparse, fileOffset, sizeInBytes } = member;
      const called = `${file.name}//${name}`;
      if (sparse === undefined) {
        return new EntrySource(file, fileOffset, sizeInBytes, called);
      }
      checkUnpacked(context, 'sparse file in a tar archive', sparse.mapOffset, sizeInBytes);
      return new SparseSource(file, called, readSparseMap(file, fileOffset, sparse), sparse);
    },
    damage,
    [Symbol.dispose]: () => file[Symbol.dispose](),
  };
}
