import { guestNamed } from '@vmcorekit/lab/guests/table';
import { buildQemuArguments, showCommand } from '@vmcorekit/lab/qemu/command-line';
import { expect } from 'chai';

const files = { consoleFile: '/guest/console.log', temporaryFolder: '/temporary' };
const boot = { kernelFile: '/cache/vmlinuz', initramfsFile: '/temporary/initramfs.gz' };

describe("a guest's QEMU command", () => {
  it('boots the declared kernel with the declared command line and devices', () => {
    const words = buildQemuArguments(guestNamed('seabios-kaslr-vmcoreinfo'), boot, files);
    const after = (option: string): string | undefined => words[words.indexOf(option) + 1];
    expect(after('-kernel')).to.equal('/cache/vmlinuz');
    expect(after('-append')).to.equal('console=ttyS0 quiet');
    expect(after('-device')).to.equal('vmcoreinfo');
    expect(after('-serial')).to.equal('file:/guest/console.log');
  });

  it('boots no kernel where none is declared', () => {
    const words = buildQemuArguments(guestNamed('firmware-seabios'), undefined, files);
    expect(words).not.to.include('-kernel');
  });

  it('keeps QEMU running after a guest that hibernates has switched itself off', () => {
    const guest = guestNamed('hibernated-6.12');
    expect(buildQemuArguments(guest, boot, files)).to.include('-no-shutdown');
    expect(buildQemuArguments(guestNamed('seabios-kaslr'), boot, files)).not.to.include(
      '-no-shutdown',
    );
  });

  it("is shown without this machine's folders, quoted where a shell would need it", () => {
    const shown = showCommand(
      ['qemu', '-kernel', '/home/me/cache/vmlinuz', '-append', 'console=ttyS0 quiet'],
      new Map([['/home/me/cache', '$CACHE']]),
    );
    expect(shown).to.equal("qemu -kernel $CACHE/vmlinuz -append 'console=ttyS0 quiet'");
  });
});
