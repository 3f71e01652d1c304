import { noSymbols, resultOf, VmcoreInfo } from '@vmcorekit/core';
import { type LoggedSigns, loggedSignsOf } from '@vmcorekit/linux';
import { linearMemory, SparseMemory } from '@vmcorekit/testing';
import { expect } from 'chai';

const virtualAt = 0xc000_0000_0000_0000n;
const variablesAt = 0x1000;
const bufferAt = 0x2000;
const bufferSize = 0x1000;
const headerAt = 0x5000;
/** LOG_KERN, LOG_USER. */
const [kernel, user] = [0, 1];
const names = ['log_buf', 'log_buf_len', 'log_first_idx', 'log_next_idx'];
const lines = [
  ...names.map((name, index) => {
    const at = virtualAt + BigInt(variablesAt + index * 8);
    return `SYMBOL(${name})=${at.toString(16)}`;
  }),
  ...['SIZE(printk_log)=16', 'OFFSET(printk_log.ts_nsec)=0', 'OFFSET(printk_log.len)=8'],
  ...['OFFSET(printk_log.text_len)=10', 'OFFSET(printk_log.dict_len)=12'],
];

/** The bytes of `struct printk_log` with its text (Linux before 5.10). */
function recordOf(text: string, facility: number): Uint8Array {
  const bytes = new Uint8Array(Math.ceil((16 + text.length) / 4) * 4);
  const view = new DataView(bytes.buffer);
  view.setUint16(8, bytes.length, true);
  view.setUint16(10, text.length, true);
  view.setUint8(14, facility);
  bytes.set(new TextEncoder().encode(text), 16);
  return bytes;
}

/** What a log says of its kernel; `header` is what lies where the command line says. */
function signsBy(
  records: readonly (readonly [text: string, facility: number])[],
  header: readonly number[] = [],
): LoggedSigns | undefined {
  const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x10000 }] });
  let end = 0;
  for (const [text, facility] of records) {
    const bytes = recordOf(text, facility);
    memory.write(bufferAt + end, bytes);
    end += bytes.length;
  }
  memory.writeUint64(variablesAt, virtualAt + BigInt(bufferAt));
  memory.writeUint64(variablesAt + 8, BigInt(bufferSize));
  memory.writeUint64(variablesAt + 24, BigInt(end));
  memory.write(headerAt, Uint8Array.from(header));
  const view = linearMemory(memory, [
    { virtualAddress: virtualAt, physicalAddress: 0, lengthInBytes: 0x10000 },
  ]);
  const info = new VmcoreInfo(`${lines.join('\n')}\n`);
  return resultOf(loggedSignsOf({ memory: view, symbols: noSymbols }, memory, info));
}

const roleBy = (...args: Parameters<typeof signsBy>) => signsBy(...args)?.role;

const core = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0];
const executable = [...core.slice(0, 16), 2, 0];
const given = 'Kernel command line: quiet nr_cpus=1 elfcorehdr=20K';

describe('the role of a kernel by its log', () => {
  it('is capture where the ELF header lies that its command line names', () => {
    for (const place of ['20K', '0x5000', '4K@20K', '20480']) {
      const line = `Kernel command line: quiet elfcorehdr=${place}`;
      expect(roleBy([[line, kernel]], core)?.role, place).to.equal('capture');
    }
    const bigEndian = [...core.slice(0, 16), 0, 4];
    expect(roleBy([[given, kernel]], bigEndian)?.role).to.equal('capture');
  });

  it('is unknown where no ELF header of a core lies there', () => {
    for (const header of [[], executable]) {
      const sign = roleBy([[given, kernel]], header);
      expect(sign?.role).to.equal('unknown');
      expect(sign?.because).to.equal(
        'its log has elfcorehdr=0x5000 in its command line, and no ELF header of a core lies there',
      );
    }
  });

  it('is crashed where it printed a panic', () => {
    const panic = 'Kernel panic - not syncing: sysrq triggered crash';
    expect(
      roleBy([
        ['booting', kernel],
        [panic, kernel],
      ])?.role,
    ).to.equal('crashed');
  });

  it('is not shown by what a program wrote to the log, nor by other lines', () => {
    const others = [
      ['Kernel panic - not syncing: once', user],
      [given, user],
      ['the last boot ended so: Kernel panic - not syncing', kernel],
      ['Kernel command line: quiet crashkernel=320M', kernel],
    ] as const;
    expect(roleBy(others, core)).to.equal(undefined);
  });

  it('comes with what it reserved for a capture kernel, in both wordings', () => {
    const wordings = [
      'Reserving 320MB of memory at 512MB for crashkernel (System RAM: 1024MB)',
      'crashkernel reserved: 0x0000000020000000 - 0x0000000034000000 (320 MB)',
    ];
    for (const wording of wordings) {
      const signs = signsBy([[wording, kernel]]);
      expect(signs?.captureReserve).to.deep.equal({ start: 0x2000_0000, end: 0x3400_0000 });
      expect(signs?.role).to.equal(undefined);
      expect(signsBy([[wording, user]])?.captureReserve).to.equal(undefined);
    }
  });

  it('is not known where VMCOREINFO does not lead to a log', () => {
    const memory = new SparseMemory({ ranges: [{ start: 0, end: 0x10000 }] });
    const view = linearMemory(memory, []);
    const parts = { memory: view, symbols: noSymbols };
    for (const text of ['OSRELEASE=6.1\n', 'SYMBOL(prb)=c000000000001000\n']) {
      const signs = resultOf(loggedSignsOf(parts, memory, new VmcoreInfo(text)));
      expect(signs?.role).to.equal(undefined);
    }
  });
});
