import { copiedMark, copyVmcoreScript } from '@vmcorekit/lab/dump/captured-vmcore';
import { expect } from 'chai';

describe("a capture kernel's copy of /proc/vmcore", () => {
  it('is announced last, after what the guest’s own makedumpfile wrote', () => {
    const script = copyVmcoreScript(['virtio_blk'], 512);
    const places = [
      'insmod /lab/modules/virtio_blk.ko',
      'makedumpfile -F',
      'seek=512',
      'dd if=/proc/vmcore',
      copiedMark,
    ].map((text) => script.indexOf(text));
    expect(places).to.deep.equal([...places].sort((a, b) => a - b));
    expect(places[0]).to.equal(0);
  });

  it('is all where makedumpfile runs outside', () => {
    expect(copyVmcoreScript([])).not.to.contain('makedumpfile');
  });
});
