import { buildCpio, fileMode, folderMode, programMode } from '@vmcorekit/lab/initramfs/cpio';
import { expect } from 'chai';
import fc from 'fast-check';

interface Member {
  readonly path: string;
  readonly mode: number;
  readonly data: Buffer;
}

/**
 * Reads newc the way the kernel does: thirteen fields of eight hexadecimal digits, name and data
 * each padded to four bytes.
 */
function readCpio(archive: Uint8Array): readonly Member[] {
  const bytes = Buffer.from(archive);
  const members: Member[] = [];
  let offset = 0;
  for (;;) {
    const field = (index: number): number =>
      Number.parseInt(
        bytes.toString('latin1', offset + 6 + index * 8, offset + 14 + index * 8),
        16,
      );
    expect(bytes.toString('latin1', offset, offset + 6)).to.equal('070701');
    const nameEnd = offset + 110 + field(11);
    const path = bytes.toString('utf8', offset + 110, nameEnd - 1);
    const dataStart = Math.ceil(nameEnd / 4) * 4;
    const dataEnd = dataStart + field(6);
    if (path === 'TRAILER!!!') {
      return members;
    }
    members.push({ path, mode: field(1), data: bytes.subarray(dataStart, dataEnd) });
    offset = Math.ceil(dataEnd / 4) * 4;
  }
}

describe('the initramfs archive', () => {
  it('holds every file with its mode and bytes', () => {
    const contents = fc.dictionary(
      fc.stringMatching(/^[a-z]{1,20}$/),
      fc.uint8Array({ maxLength: 50 }),
    );
    fc.assert(
      fc.property(contents, (files) => {
        const entries = Object.entries(files).map(([path, data]) => ({
          path,
          mode: fileMode,
          data,
        }));
        const members = readCpio(buildCpio(entries));
        expect(members.map(({ path, mode, data }) => [path, mode, [...data]])).to.deep.equal(
          entries.map(({ path, mode, data }) => [path, mode, [...data]]),
        );
      }),
    );
  });

  it('makes each folder once, before what lies in it', () => {
    const data = new Uint8Array();
    const members = readCpio(
      buildCpio([
        { path: 'lab/modules/a.ko', mode: fileMode, data },
        { path: 'lab/modules/b.ko', mode: fileMode, data },
        { path: 'bin/busybox', mode: programMode, data },
      ]),
    );
    expect(members.map(({ path, mode }) => [path, mode])).to.deep.equal([
      ['bin', folderMode],
      ['lab', folderMode],
      ['lab/modules', folderMode],
      ['lab/modules/a.ko', fileMode],
      ['lab/modules/b.ko', fileMode],
      ['bin/busybox', programMode],
    ]);
  });
});
