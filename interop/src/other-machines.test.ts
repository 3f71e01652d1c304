import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type OtherGuest, otherGuests } from './guests.ts';
import { drgnText, has, libkdumpfileText } from './peers.ts';
import { pending } from './run.ts';
import { answerOf, vmcorekit } from './vmcorekit.ts';

/** The bytes of a banner that begin every one. */
const banner = 'Linux version ';
const files = ['elf.vmcore', 'kdump-zlib.vmcore', 'proc-vmcore.vmcore'];

interface Probed {
  readonly confidence: string;
  readonly pageSizeInBytes: number;
  readonly kernel: { readonly release: string; readonly imageOffset: string } | null;
}

interface Found {
  readonly hits: readonly { readonly virtualAddresses: readonly string[] }[];
}

const all = otherGuests();

describe('repaired dumps of other machines', () => {
  if (all.length === 0) {
    it('not tried: there are no laboratory dumps of them in .lab or VMCOREKIT_LAB_DUMPS');
  }
  for (const guest of all) {
    for (const file of files.filter((each) => existsSync(join(guest.folder, each)))) {
      describe(`${guest.name}, ${file}`, () => testRepair(guest, file));
    }
  }
});

/**
 * A peer that reads the banner both in the image and in the linear map has found the page tables,
 * the page size and the byte order.
 */
function testRepair(guest: OtherGuest, file: string): void {
  const original = join(guest.folder, file);
  const folder = mkdtempSync(join(tmpdir(), 'vmcorekit-interop-'));
  // Of other machines libkdumpfile 0.5.1 finds no page tables in KDUMP files, and drgn with it.
  const isKdump = file.startsWith('kdump') && guest.architecture === 'aarch64';
  const mended = join(folder, isKdump ? 'mended.kdump' : 'mended.elf');
  let probed: Probed | undefined;
  let addresses: readonly string[] = [];

  before(function () {
    const { status, output } = vmcorekit('probe', '--json', original);
    probed = status === 0 ? (JSON.parse(output) as Probed) : undefined;
    if (probed?.confidence !== 'certain') {
      this.skip();
    }
    const repaired = vmcorekit('repair', original, mended);
    expect(repaired.status, repaired.output).to.equal(0);
    const { hits } = answerOf('find', '--text', banner, mended) as Found;
    // Code may hold such a text too, before the image proper.
    for (const { virtualAddresses } of hits) {
      addresses = virtualAddresses.length > addresses.length ? virtualAddresses : addresses;
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  it('holds the same memory', () => {
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
    const { pageSizeInBytes } = answerOf('probe', mended) as Probed;
    if (file.startsWith('kdump') && pageSizeInBytes !== probed?.pageSizeInBytes) {
      const { status, output } = vmcorekit('repair', '--in-place', '--dry-run', original);
      expect(status).to.equal(3);
      expect(output).to.include("the kernel's page size");
    } else {
      pending(this, 'its pages are those of the kernel');
    }
  });

  it('is read by libkdumpfile at virtual addresses', function () {
    if (!has.libkdumpfile) {
      pending(this, 'libkdumpfile is not here');
    }
    expect(addresses).to.have.length.greaterThan(0);
    const { status, output } = libkdumpfileText(mended, addresses);
    expect(status, output).to.equal(0);
    expect(JSON.parse(output)).to.deep.equal(addresses.map(() => banner));
  });

  it('is read by drgn at virtual addresses', function () {
    if (!has.drgn) {
      pending(this, 'drgn is not here');
    }
    const { status, output } = drgnText(mended, addresses, folder);
    expect(status, output).to.equal(0);
    expect(JSON.parse(output.trim().split('\n').at(-1) ?? '')).to.deep.equal(
      addresses.map(() => banner),
    );
  });
}
