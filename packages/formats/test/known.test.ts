import { isVmcorekitError } from '@vmcorekit/core';
import { plugin } from '@vmcorekit/formats';
import { headOf, openFormat } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

/** A head of `sizeInBytes` with these bytes, one a character, at these offsets. */
function head(parts: Record<number, string>, sizeInBytes: number = 8192): Uint8Array {
  const bytes = new Uint8Array(sizeInBytes);
  for (const [offset, text] of Object.entries(parts)) {
    bytes.set(Buffer.from(text, 'latin1'), Number(offset));
  }
  return bytes;
}

function word(value: number | bigint, sizeInBytes: 2 | 4 | 8, isLittle: boolean): string {
  const bytes = Buffer.alloc(8);
  if (isLittle) {
    bytes.writeBigUInt64LE(BigInt(value));
    return bytes.subarray(0, sizeInBytes).toString('latin1');
  }
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes.subarray(8 - sizeInBytes).toString('latin1');
}

const elfCore = (wordSizeInBits: 32 | 64, programHeaders: number): Record<number, string> => ({
  0: `\x7fELF${wordSizeInBits === 64 ? '\x02' : '\x01'}\x01\x01`,
  16: word(4, 2, true),
  [wordSizeInBits === 64 ? 56 : 44]: word(programHeaders, 2, true),
});
const xenNote = `${word(4, 4, true)}${word(0, 4, true)}${word(0x2000000, 4, true)}Xen\0`;

const examples: readonly (readonly [string, string, Uint8Array, file?: string])[] = [
  ['xen-core-old', 'an old Xen core', head({ 0: word(0xf00febed, 4, true) })],
  ['xen-core-old', 'an old Xen HVM core', head({ 0: word(0xf00febee, 4, true) })],
  ['xen-core-old', 'a 32-bit Xen ELF core', head({ ...elfCore(32, 0), 300: xenNote })],
  ['xen-save-old', 'a domain saved by XenServer', head({ 0: 'XenSavedDomain\n' })],
  ['xen-save-old', 'a domain saved by xm', head({ 0: 'LinuxGuestRecord' })],
  [
    'vmware-debug-state',
    'a debug.guest of version 4',
    head({ 0: word(4, 4, true) + word(2, 4, true) }),
    'debug.guest',
  ],
  [
    'virtualbox-save',
    'a saved state of version 2',
    head({ 0: '\x7fVirtualBox SavedState V2.0\n' }),
  ],
  ['windows-crash-dump', 'a 32-bit crash dump', head({ 0: 'PAGEDUMP' })],
  ['windows-crash-dump', 'a 64-bit crash dump', head({ 0: 'PAGEDU64' })],
  [
    'windows-hibernation',
    'a 32-bit hibernation file',
    head({ 0: 'hibr', 20: word(4096, 4, true) }),
  ],
  [
    'windows-hibernation',
    'a 64-bit hibernation file',
    head({ 0: 'HIBR', 24: word(4096, 4, true) }),
  ],
  ['minidump', 'a minidump', head({ 0: `MDMP${word(0xa793, 2, true)}` })],
  ...[16384, 65536].map((size): [string, string, Uint8Array] => [
    'linux-hibernation-other',
    `a hibernated swap area with pages of ${size} bytes`,
    head({ [size - 10]: 'S1SUSPEND\0' }, 65536),
  ]),
  [
    'linux-hibernation-other',
    'a swap area with an image of uswsusp',
    head({ 4086: 'ULSUSPEND\0' }, 65536),
  ],
  ['vmdk', 'a sparse disk of VMware', head({ 0: 'KDMV\x01' })],
  ['vmdk', 'an older sparse disk of VMware', head({ 0: 'COWD\x01' })],
  [
    'vdi',
    'a disk of VirtualBox',
    head({ 0: '<<< Oracle VM VirtualBox Disk Image >>>\n', 64: word(0xbeda107f, 4, true) }),
  ],
  ['vhd', 'a dynamic disk of Hyper-V', head({ 0: 'conectix' })],
  ['vhd', 'a newer disk of Hyper-V', head({ 0: 'vhdxfile' })],
  ['disk', 'a GPT disk', head({ 450: '\xee', 510: '\x55\xaa', 512: 'EFI PART' })],
  ['disk', 'a disk with a boot record', head({ 446: '\x80', 450: '\x83', 510: '\x55\xaa' })],
  ['disk', 'an ext4 file system', head({ 1080: '\x53\xef' })],
  ['disk', 'an XFS file system', head({ 0: 'XFSB' })],
  ['disk', 'a squashfs file system', head({ 0: 'hsqs' })],
  ['disk', 'a LUKS volume', head({ 0: 'LUKS\xba\xbe\0\x02' })],
  ['disk', 'an ISO image', head({ 32769: 'CD001' }, 65536)],
  ['kernel-image', 'a bzImage', head({ 446: '\x01\x02', 510: '\x55\xaa', 514: 'HdrS' })],
  ['kernel-image', 'an Image of arm64', head({ 0: 'MZ', 56: 'ARM\x64' })],
  ['kernel-image', 'an EFI zboot image', head({ 0: 'MZ\0\0zimg' })],
  ['text', 'a log', new TextEncoder().encode('[    0.000000] Linux version 6.1.0\n'.repeat(100))],
  [
    'text',
    'a pointer of Git LFS',
    new TextEncoder().encode('version https://git-lfs.github.com/spec/v1\n'),
  ],
  ['zeros', 'a file of zeros', head({})],
  ['zeros', 'a file of one zero', head({}, 1)],
  ['empty', 'an empty file', new Uint8Array(0)],
];

const formats = plugin.formats ?? [];
const claimants = (bytes: Uint8Array, file?: string): string[] =>
  formats
    .filter((format) =>
      ['name-only', 'guess'].includes(format.probe(headOf(bytes, file))?.strength ?? ''),
    )
    .map((format) => format.name);

describe('format signatures', () => {
  for (const [name, what, bytes, file] of examples) {
    it(`names ${what} as ${name}, and nothing else does`, () => {
      expect(claimants(bytes, file)).to.deep.equal([name]);
    });
  }

  it('has an example for every signature', () => {
    expect(new Set(examples.map(([name]) => name))).to.deep.equal(
      new Set(formats.map((format) => format.name)),
    );
  });

  for (const format of formats) {
    it(`refuses ${format.name} with advice, and is known by name only`, async () => {
      expect(format.isNamedOnly).to.equal(true);
      const error = await openFormat(format, [new Uint8Array(0)])
        .then(() => undefined)
        .catch((reason: unknown) => reason);
      if (!isVmcorekitError(error, 'unsupported')) {
        throw new Error(`${String(error)} is not the error wanted`);
      }
      expect(error.facts.advice.length).to.be.above(20);
    });
  }

  it('leaves alone the formats that are read, swap, and memory without a mark', () => {
    const others: Record<string, Uint8Array> = {
      kdump: head({ 0: `KDUMP   ${word(6, 4, true)}` }),
      flattened: head({ 0: 'makedumpfile' }),
      elf: head({ ...elfCore(64, 3), 512: xenNote }),
      'a Xen core': head({ ...elfCore(64, 0), 512: xenNote }),
      'elf core without program headers': head(elfCore(64, 0)),
      'elf executable': head({ ...elfCore(64, 0), 16: word(2, 2, true), 512: xenNote }),
      'text that is not plain': head({ 0: 'wake me up before you dump core\n' }),
      swap: head({ 4086: 'SWAPSPACE2' }),
      'code that ends as a boot record': head({ 0: '\xeb', 446: '\x01', 510: '\x55\xaa' }),
      'memory that begins with zeros': head({ 8191: '\x01' }),
    };
    for (const [what, bytes] of Object.entries(others)) {
      expect(claimants(bytes), what).to.deep.equal([]);
    }
  });

  it('never throws, whatever the head and however short', () => {
    const cut = fc
      .tuple(
        fc.constantFrom(...examples.map(([, , bytes]) => bytes)),
        fc.nat(70),
        fc.nat(8191),
        fc.nat(255),
      )
      .map(([bytes, size, at, value]) => {
        const damaged = bytes.slice(0, size);
        damaged[at % Math.max(1, size)] = value;
        return damaged;
      });
    fc.assert(
      fc.property(fc.oneof(cut, fc.uint8Array({ maxLength: 200 })), (bytes) =>
        Array.isArray(claimants(bytes)),
      ),
    );
  });
});
