import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type OtherGuest, otherGuests } from './guests.ts';
import { areOnlyPeersNew, drgnText, has, knowsRiscv, libkdumpfileText } from './peers.ts';
import { pending } from './run.ts';
import { answerOf, vmcorekit } from './vmcorekit.ts';

/** The bytes of a banner that begin every one. */
const banner = 'Linux version ';
const triedBefore = 'it was tried with the peers of this system';
const files = ['elf.vmcore', 'kdump-zlib.vmcore', 'proc-vmcore.vmcore'];

interface Probed {
  readonly confidence: string;
  readonly pageSizeInBytes: number;
  readonly kernel: {
    readonly release: string;
    readonly imageOffset: string;
    readonly pageTableRoot: string | null;
  } | null;
}

interface Found {
  readonly hits: readonly {
    readonly physicalAddress: string;
    readonly virtualAddresses: readonly string[];
  }[];
}

const all = otherGuests();

describe('repaired dumps of other machines', () => {
  if (all.length === 0) {
    it('not tried: there are no laboratory dumps of them in .lab or VMCOREKIT_LAB_DUMPS');
  }
  for (const guest of all) {
    for (const file of files.filter((each) => existsSync(join(guest.folder, each)))) {
      for (const kind of ['elf', 'kdump'] as const) {
        describe(`${guest.name}, ${file}, as ${kind}`, () => testRepair(guest, file, kind));
      }
    }
  }
});

/**
 * A peer that reads the banner both in the image and in the linear map has found the page tables,
 * the page size and the byte order.
 */
function testRepair(guest: OtherGuest, file: string, kind: 'elf' | 'kdump'): void {
  const original = join(guest.folder, file);
  const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-interop-'));
  const mended = join(folder, `mended.${kind}`);
  const pageSizeOfMended = (): number => (answerOf('probe', mended) as Probed).pageSizeInBytes;
  const unread = (): string | undefined =>
    kind === 'elf' ? undefined : unreadKdump(guest, pageSizeOfMended());
  let probed: Probed | undefined;
  let physical = '';
  let addresses: readonly string[] = [];

  before(function () {
    const { status, output } = vmcorekit('probe', '--json', original);
    probed = status === 0 ? (JSON.parse(output) as Probed) : undefined;
    // A /proc/vmcore of riscv64 lacks the tables that map the kernel: no tool reads its addresses.
    const isUnmapped = guest.architecture === 'riscv64' && probed?.kernel?.pageTableRoot === null;
    if (probed?.confidence !== 'certain' || isUnmapped) {
      this.skip();
    }
    const repaired = vmcorekit('repair', original, mended);
    expect(repaired.status, repaired.output).to.equal(0);
    const { hits } = answerOf('find', '--text', banner, mended) as Found;
    // Code may hold such a text too, before the image proper.
    for (const { physicalAddress, virtualAddresses } of hits) {
      if (virtualAddresses.length > addresses.length) {
        physical = physicalAddress;
        addresses = virtualAddresses;
      }
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  it('holds the same memory', function () {
    if (areOnlyPeersNew) {
      pending(this, triedBefore);
    }
    const { output } = vmcorekit('compare', '--json', original, mended);
    const { pages } = JSON.parse(output) as { readonly pages: { readonly different: number } };
    expect(pages.different).to.equal(0);
  });

  it('is certain of a kernel that the guest reported', () => {
    const { confidence, kernel } = answerOf('probe', mended) as Probed;
    expect([confidence, kernel?.release]).to.deep.equal(['certain', guest.release]);
    expect(guest.imageOffsets).to.include(kernel?.imageOffset);
  });

  it('is refused in place where its blocks are not the kernel’s pages', function () {
    if (areOnlyPeersNew) {
      pending(this, triedBefore);
    }
    const { pageSizeInBytes } = answerOf('probe', mended) as Probed;
    if (file.startsWith('kdump') && pageSizeInBytes !== probed?.pageSizeInBytes) {
      const { status, output } = vmcorekit('repair', '--in-place', '--dry-run', original);
      expect(status).to.equal(3);
      expect(output).to.include("the kernel's page size");
    } else {
      pending(this, 'its pages are those of the kernel');
    }
  });

  it('is read by libkdumpfile at physical and virtual addresses', function () {
    if (!has.libkdumpfile) {
      pending(this, 'libkdumpfile is not here');
    }
    const why = unread();
    if (why !== undefined) {
      pending(this, why);
    }
    expect(addresses).to.have.length.greaterThan(0);
    const { status, output } = libkdumpfileText(mended, physical, addresses);
    expect(status, output).to.equal(0);
    expect(JSON.parse(output)).to.deep.equal([banner, ...addresses.map(() => banner)]);
  });

  it('is read by drgn at physical and virtual addresses', function () {
    if (!has.drgn) {
      pending(this, 'drgn is not here');
    }
    const why = unread();
    if (why !== undefined) {
      pending(this, why);
    }
    const { status, output } = drgnText(mended, physical, addresses, folder);
    expect(status, output).to.equal(0);
    expect(JSON.parse(output.trim().split('\n').at(-1) ?? '')).to.deep.equal([
      banner,
      ...addresses.map(() => banner),
    ]);
  });
}

/**
 * Why no peer of this version reads kernel addresses in a KDUMP file of a machine; undefined where
 * it does. drgn reads KDUMP through libkdumpfile.
 */
function unreadKdump(
  { architecture, imageOffsets }: OtherGuest,
  pageSizeInBytes: number,
): string | undefined {
  const isOld = !knowsRiscv();
  const reasons: Readonly<Record<string, string | false>> = {
    riscv64: isOld && 'this libkdumpfile does not know riscv64',
    i386: isOld && 'this libkdumpfile reads i386 page tables through themselves',
    s390x:
      imageOffsets.some((offset) => BigInt(offset) !== 0n) &&
      'libkdumpfile takes the root table for one at its physical address',
    ppc64le: pageSizeInBytes !== 0x1_0000 && 'libkdumpfile knows ppc64 pages of 64 KiB only',
    arm: 'libkdumpfile counts the pages of arm from address 0',
    loongarch64: 'libkdumpfile does not know loongarch64',
  };
  return reasons[architecture] || undefined;
}
