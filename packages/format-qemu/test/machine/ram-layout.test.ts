import { type QemuStreamSpec, qemuClock } from '@vmcorekit/testing';
import { expect } from 'chai';
import { block, namesOf, opened, page } from '../opened.ts';
import { pattern } from '../pattern.ts';

const size = 0x8000;
const plain: QemuStreamSpec = {
  blocks: [{ name: block, sizeInBytes: size }],
  parts: [[page(0, 1)]],
  devices: [],
};

describe('where the RAM of a stream lies', () => {
  const gibibyte = 2 ** 30;
  const large = (fields: Partial<QemuStreamSpec>): QemuStreamSpec => ({
    ...plain,
    blocks: [{ name: block, sizeInBytes: 5 * gibibyte }],
    parts: [[page(0, 1), page(2 * gibibyte, 2), page(3 * gibibyte, 3)]],
    ...fields,
  });

  it('has its hole where the CMOS says', async () => {
    using dump = await opened(
      large({ devices: [qemuClock(2 * gibibyte, 3 * gibibyte)], machineType: 'pc-q35-10.0' }),
    );
    expect(dump.image.memory.ranges).to.deep.equal([
      { start: 0, end: 2 * gibibyte },
      { start: 4 * gibibyte, end: 7 * gibibyte },
    ]);
    expect(dump.image.memory.read(4 * gibibyte, 0x1000)).to.deep.equal(pattern(2));
    expect(dump.image.memory.read(5 * gibibyte, 0x1000)).to.deep.equal(pattern(3));
    expect(namesOf(dump)).to.deep.equal([]);
  });

  it('is assumed by the machine type where there is no CMOS, and that is said', async () => {
    for (const [machineType, end] of [
      ['pc-q35-10.0', 2],
      ['pc-i440fx-7.2', 3],
      ['pc-i440fx-1.7', 3.5],
      ['microvm', 3],
    ] as const) {
      using dump = await opened(large({ machineType, devices: [] }));
      expect(dump.image.memory.ranges[0]?.end, machineType).to.equal(end * gibibyte);
      expect(namesOf(dump), machineType).to.deep.equal(['memory-layout-assumed']);
    }
  });

  it('is not taken from a CMOS that states another size', async () => {
    using dump = await opened(large({ devices: [qemuClock(gibibyte, gibibyte)] }));
    expect(namesOf(dump)).to.deep.equal(['cmos-misfit', 'memory-layout-assumed']);
  });

  it('is assumed at 4 GiB for a machine so large that an AMD CPU has it elsewhere', async () => {
    const sizeInBytes = 1024 * gibibyte;
    using dump = await opened(
      large({
        blocks: [{ name: block, sizeInBytes }],
        devices: [qemuClock(3 * gibibyte, sizeInBytes - 3 * gibibyte)],
      }),
    );
    expect(namesOf(dump)).to.deep.equal(['memory-layout-assumed']);
  });

  it('begins where the machine has it', async () => {
    for (const [machineType, name, start, architecture] of [
      ['virt-9.2', 'mach-virt.ram', gibibyte, 'arm64'],
      ['virt', 'riscv_virt_board.ram', 2 * gibibyte, 'riscv64'],
      ['s390-ccw-virtio-9.2', 's390.ram', 0, 's390x'],
      ['pseries-9.2', 'ppc_spapr.ram', 0, 'ppc64'],
      ['virt', 'loongarch.ram', 0, 'loongarch64'],
    ] as const) {
      using dump = await opened({
        machineType,
        blocks: [{ name, sizeInBytes: size }],
        parts: [[{ block: name, offset: 0, page: pattern(4) }]],
      });
      expect(dump.image.memory.ranges).to.deep.equal([{ start, end: start + size }]);
      expect(dump.architecture?.name).to.equal(architecture);
    }
  });

  it('is of the largest block, whatever it is called', async () => {
    using dump = await opened({
      ...plain,
      blocks: [
        { name: 'ram0', sizeInBytes: size },
        { name: 'vga.vram', sizeInBytes: 2 * size },
        { name: '0000:00:02.0/vga.vram', sizeInBytes: 2 * size },
        { name: '/rom@etc/acpi/tables', sizeInBytes: 0x1000 },
        { name: 'riscv_virt_board.mrom', sizeInBytes: 0x1000 },
        { name: 'system.flash0', sizeInBytes: 2 * size },
        { name: 'tpm-ppi', sizeInBytes: 0x1000 },
      ],
      parts: [[{ block: 'ram0', offset: 0x1000, page: pattern(4) }]],
    });
    expect(dump.image.memory.ranges).to.deep.equal([{ start: 0, end: size }]);
    expect(dump.image.memory.read(0x1000, 0x1000)).to.deep.equal(pattern(4));
    expect(namesOf(dump)).to.deep.equal([]);
  });

  it('is of the block whose size the CMOS states, if another one is larger', async () => {
    const megabyte = 2 ** 20;
    using dump = await opened({
      ...plain,
      blocks: [
        { name: 'plugged', sizeInBytes: 64 * megabyte },
        { name: 'own', sizeInBytes: 32 * megabyte },
      ],
      parts: [[{ block: 'own', offset: 0, page: pattern(6) }]],
      devices: [qemuClock(32 * megabyte, 0)],
    });
    expect(dump.image.memory.read(0, 0x1000)).to.deep.equal(pattern(6));
    expect(namesOf(dump)).to.deep.equal(['memory-unplaced']);
  });

  it('joins the nodes of a NUMA machine in their order, and reports what has no place', async () => {
    const megabyte = 2 ** 20;
    using dump = await opened({
      ...plain,
      blocks: [
        { name: 'ram-node1', sizeInBytes: 24 * megabyte },
        { name: 'ram-node0', sizeInBytes: 8 * megabyte },
        { name: 'memdimm0', sizeInBytes: 64 * megabyte },
      ],
      parts: [
        [
          { block: 'ram-node1', offset: 0, page: pattern(1) },
          { block: 'ram-node0', offset: 0, page: pattern(0) },
        ],
      ],
      devices: [qemuClock(32 * megabyte, 0)],
    });
    expect(dump.image.memory.ranges).to.deep.equal([{ start: 0, end: 32 * megabyte }]);
    expect(dump.image.memory.read(0, 0x1000)).to.deep.equal(pattern(0));
    expect(dump.image.memory.read(8 * megabyte, 0x1000)).to.deep.equal(pattern(1));
    expect(dump.image.damage.map(({ name, loses }) => `${name} ${loses}`)).to.deep.equal([
      'memory-unplaced memory',
    ]);
  });
});
