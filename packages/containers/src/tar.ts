import {
  type ByteSource,
  type Container,
  type ContainerContents,
  EntrySource,
  magicAt,
  type Progress,
  VmcorekitError,
} from '@vmcorekit/core';
import { isHeader, recordInBytes } from './tar/header.ts';
import { walkMembers } from './tar/walk-members.ts';

const hasMagic = magicAt(257, 'ustar\0', 'ustar ');

/**
 * ustar and pax, and as GNU tar writes it. Files lie in it as they are. One whose holes are left
 * out (`tar -S`) is listed, and refused. Source: POSIX, pax; GNU tar's manual.
 */
export const tar: Container = {
  name: 'tar',
  probe({ head }) {
    const because = hasMagic(head);
    return because !== undefined && isHeader(head.subarray(0, recordInBytes))
      ? { because: `${because}, and a header's checksum`, strength: 'signature' }
      : undefined;
  },
  open: async (file) => opened(file),
};

function* opened(file: ByteSource): Generator<Progress, ContainerContents, void> {
  const { members, damage } = yield* walkMembers(file);
  // Of several files of one name, tar -x leaves the last.
  const byName = new Map(members.map((member) => [member.name, member]));
  return {
    entries: [...byName].map(([name, { sizeInBytes }]) => ({ name, sizeInBytes, kind: 'file' })),
    open({ name }) {
      const member = byName.get(name);
      if (member === undefined) {
        throw new VmcorekitError('unknown-name', { kind: 'file in the archive', name, known: [] });
      }
      if (member.isSparse) {
        throw new VmcorekitError('unsupported', {
          what: `${name} in ${file.name} is stored without its holes (tar -S)`,
          advice: 'unpack it first: tar -xf FILE',
        });
      }
      return new EntrySource(file, member.fileOffset, member.sizeInBytes, `${file.name}//${name}`);
    },
    damage,
    [Symbol.dispose]: () => file[Symbol.dispose](),
  };
}
