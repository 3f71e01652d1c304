import { expect } from 'chai';
import { normalizedMessage } from '../../dist/summary/normalized-message.js';

describe('normalizedMessage', () => {
  const cases = [
    ['watchdog: CPU#3 stuck for 26s! [loop:712]', 'watchdog: CPU#N stuck for Ns! [task]'],
    ['lost CPU12 and cpu3', 'lost CPU N and cpu N'],
    ['nvme 0000:00:1f.2: no answer from 0xfee00000', 'nvme N: no answer from N'],
    ['(device sda1): bad superblock at 512', '(device): bad superblock at N'],
    ['volume 1b4e28ba-2fa1-11d2-883f-0016d3cca427 is gone', 'volume N is gone'],
    ['corrupt list at ffff888000a31f00', 'corrupt list at N'],
    ['ext4 met deadbeef', 'ext4 met deadbeef'],
    ['exitcode=0x00000100', 'exitcode=0x00000100'],
    ['in foo+0x12/0x40 of x86_64', 'in foo of x86_64'],
    ['divide error: 0000 [#1] SMP', 'divide error'],
    ['a\u001b[Jb\u00e9', 'a?[Jb?'],
  ] as const;
  for (const [line, message] of cases) {
    it(`makes "${message}"`, () => {
      expect(normalizedMessage(line)).to.equal(message);
    });
  }
});
