import { latin1Bytes, latin1UntilNul, printable, VmcoreInfo } from '@vmcorekit/core';
import { type FuzzTarget, must } from '../target.ts';

const text = `OSRELEASE=6.1.0-56-cloud-amd64
BUILD-ID=3b43fad5034874490492495d552c0af6a5fab235
PAGESIZE=4096
SYMBOL(init_uts_ns)=ffffffffa9c16b60
NUMBER(phys_base)=-627048448
OFFSET(list_head.next)=0
LENGTH(mem_section)=2048
KERNELOFFSET=27e00000
CRASHTIME=1700000000
`;

export const vmcoreinfo: FuzzTarget = {
  name: 'vmcoreinfo',
  summary: 'the text of VMCOREINFO',
  seeds: () => [
    latin1Bytes(text),
    latin1Bytes('NUMBER(phys_base)=9007199254740993\nKERNELOFFSET=ffffffffffe00000\n\n=x\nA=\n'),
  ],
  run(bytes) {
    const info = new VmcoreInfo(latin1UntilNul(bytes));
    const found = {
      release: info.release,
      buildId: info.buildId,
      kernelOffset: info.kernelOffset,
      physBase: info.physBase,
      crashTime: info.crashTime,
      pageSizeInBytes: info.pageSizeInBytes,
      symbol: info.symbol('init_uts_ns'),
      offset: info.layout('OFFSET(list_head.next)'),
    };
    for (const value of [info.kernelOffset, info.physBase, info.pageSizeInBytes, found.offset]) {
      must(value === undefined || Number.isSafeInteger(value), `${value} is exact`);
    }
    must(
      /^[^\p{Cc}\p{Cf}]*$/u.test(printable(info.text)),
      'text that is printable holds no control characters',
    );
    return Object.entries(found)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => `${key}${typeof value === 'number' && value < 0 ? '-' : ''}`)
      .join(' ');
  },
};
