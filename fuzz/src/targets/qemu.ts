import { deflateSync } from 'node:zlib';
import { plugin } from '@vmcorekit/architectures';
import { plugin as compressors } from '@vmcorekit/compressors';
import { createToolkit } from '@vmcorekit/engine';
import { libvirtSaveFormat, QemuStreamFormat, qcow2Container } from '@vmcorekit/format-qemu';
import {
  buildLibvirtSave,
  buildQcow2,
  buildQemuStream,
  openContainer,
  openContext,
  openFormat,
  type QemuStreamSpec,
  qemuClock,
  qemuCpu,
} from '@vmcorekit/testing';
import { checkRead } from '../check-read.ts';
import { exploreImage } from '../explore-image.ts';
import type { FuzzTarget } from '../target.ts';

const page = new Uint8Array(0x1000).map((_, index) => index % 251);
const format = new QemuStreamFormat();
const toolkit = createToolkit([plugin, compressors]);
const context = openContext(toolkit);
const block = 'pc.ram';
const registers = { rip: 1n, rsp: 2n, cr0: 3n, cr3: 4n, cr4: 5n, efer: 6n };
const stream: QemuStreamSpec = {
  blocks: [
    { name: block, sizeInBytes: 0x8000 },
    { name: 'pc.bios', sizeInBytes: 0x1000 },
  ],
  parts: [
    [
      { block, offset: 0, page },
      { block, offset: 0x1000, fill: 0 },
      { block, offset: 0x2000, zlib: deflateSync(page) },
      { block: 'pc.bios', offset: 0, fill: 3 },
    ],
    [
      { block, offset: 0, xbzrle: Uint8Array.of(3, 2, 9, 9) },
      { block, offset: 0x3000, fill: 5 },
    ],
  ],
  devices: [qemuCpu(0, registers), qemuClock(2 ** 24 + 2 ** 16, 0)],
};
const mapped: QemuStreamSpec = {
  ...stream,
  capabilities: ['mapped-ram'],
  parts: [[{ block, offset: 0x1000, page }]],
  mappedAt: [
    { bitmapAt: 0x800, pagesAt: 0x1000 },
    { bitmapAt: 0x9100, pagesAt: 0xa000 },
  ],
};

export const qemuStream: FuzzTarget = {
  name: 'qemu-stream',
  summary: 'a QEMU migration stream',
  seeds: () => [
    buildQemuStream(stream),
    buildQemuStream({ ...stream, hasDescription: false, firstCommands: [3], lastCommands: [11] }),
    buildQemuStream({ ...stream, machineType: null, hasFooters: false }),
    buildQemuStream(mapped),
  ],
  async run(bytes) {
    using image = await openFormat(format, [bytes], context);
    const cpus = image.cpus?.(toolkit.architectures.named(image.architecture) ?? null) ?? [];
    return `${exploreImage(image)} ${cpus.length}`;
  },
};

export const libvirtSave: FuzzTarget = {
  name: 'libvirt-save',
  summary: 'a sparse domain saved by libvirt',
  seeds: () => [
    buildLibvirtSave({
      format: 6,
      dataLength: 100,
      stream: buildQemuStream({ ...mapped, startsAt: 192 }),
    }),
  ],
  async run(bytes) {
    using image = await openFormat(libvirtSaveFormat, [bytes], context);
    return exploreImage(image);
  },
};

export const qcow2: FuzzTarget = {
  name: 'qcow2',
  summary: 'a qcow2 disk with snapshots of a machine',
  seeds: () =>
    [0, 16].map((incompatibleFeatures) =>
      buildQcow2({
        clusterBits: 9,
        incompatibleFeatures,
        snapshots: [
          { id: '1', name: 'one', state: page },
          { id: '2', name: 'disk' },
        ],
      }),
    ),
  async run(bytes) {
    using contents = await openContainer(qcow2Container, bytes);
    for (const entry of contents.entries.slice(0, 4)) {
      using opened = contents.open(entry);
      for (const offset of [0, 4096, Math.max(0, opened.sizeInBytes - 2048)]) {
        checkRead(opened, offset);
      }
    }
    return [contents.entries.length, ...contents.damage.map(({ name }) => name)].join(' ');
  },
};
