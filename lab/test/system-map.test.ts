import { gzipSync } from 'node:zlib';
import { deriveSystemMap, makeSystemMap } from '@vmcorekit/lab/truth/system-map';
import { expect } from 'chai';

const moved = { kaslrOffset: 0x19400000, textVirtualAddress: '0xffffffff9a400000' };
const kallsyms = `0000000000000000 A __per_cpu_start
ffffffff9a400000 T _text
ffffffff9b51ffe0 R linux_banner
ffffffff9a400000 T _stext
ffffffffc0500000 t fw_cfg_probe\t[qemu_fw_cfg]
`;

describe("a guest's System.map", () => {
  it('has link addresses, per-CPU offsets as they are, and no symbols of modules', () => {
    expect(makeSystemMap(kallsyms, moved)).to.equal(
      '0000000000000000 A __per_cpu_start\nffffffff81000000 T _text\nffffffff81000000 T _stext\nffffffff8211ffe0 R linux_banner\n',
    );
  });

  it('moves back the symbols of a kernel that lies lower than x86-64’s', () => {
    const arm64 = { kaslrOffset: 0x1a8bc4e00000, textVirtualAddress: '0xffff9a8c44e00000' };
    expect(makeSystemMap('ffff9a8c44e10000 T _stext\n', arm64)).to.equal(
      'ffff800080010000 T _stext\n',
    );
  });

  it('is made of what the guest printed, compressed and in lines', () => {
    const printed = gzipSync(kallsyms).toString('base64').replaceAll(/.{20}/g, '$&\n');
    expect(deriveSystemMap(new Map([['symbol-table', printed]]), moved)).to.equal(
      makeSystemMap(kallsyms, moved),
    );
  });

  it('is refused when the guest printed no symbol table', () => {
    expect(() => deriveSystemMap(new Map(), moved)).to.throw('the guest printed no symbol-table');
  });
});
