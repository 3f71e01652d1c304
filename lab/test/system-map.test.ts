import { gzipSync } from 'node:zlib';
import { deriveSystemMap, makeSystemMap } from '@vmcorekit/lab/truth/system-map';
import { expect } from 'chai';

const kallsyms = `0000000000000000 A __per_cpu_start
ffffffff9a400000 T _text
ffffffff9b51ffe0 R linux_banner
ffffffff9a400000 T _stext
ffffffffc0500000 t fw_cfg_probe\t[qemu_fw_cfg]
`;

describe("a guest's System.map", () => {
  it('has link addresses, per-CPU offsets as they are, and no symbols of modules', () => {
    expect(makeSystemMap(kallsyms, 0x19400000)).to.equal(
      '0000000000000000 A __per_cpu_start\nffffffff81000000 T _text\nffffffff81000000 T _stext\nffffffff8211ffe0 R linux_banner\n',
    );
  });

  it('is made of what the guest printed, compressed and in lines', () => {
    const printed = gzipSync(kallsyms).toString('base64').replaceAll(/.{20}/g, '$&\n');
    expect(deriveSystemMap(new Map([['symbol-table', printed]]), 0x19400000)).to.equal(
      makeSystemMap(kallsyms, 0x19400000),
    );
  });

  it('is refused when the guest printed no symbol table', () => {
    expect(() => deriveSystemMap(new Map(), 0)).to.throw('the guest printed no symbol-table');
  });
});
