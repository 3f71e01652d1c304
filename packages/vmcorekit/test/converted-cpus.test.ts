import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BufferSink, BufferSource } from '@vmcorekit/core';
import { buildSadump, buildVmss } from '@vmcorekit/testing';
import { expect } from 'chai';
import { type OpenedDump, open } from 'vmcorekit';
import { smallMachine } from './support/small-machine.ts';
import { writeTemporaryFile } from './support/temporary-file.ts';

const images = fileURLToPath(new URL('../../../fixtures/images/', import.meta.url));
const page = 4096;
const kernelCode = 0x10n;

/** A dump of sadump, whose CPU states hold no flags of segments. */
function writeSadump(): string {
  const { bytes, registers } = smallMachine();
  const pages = new Map<number, Uint8Array>();
  for (let at = 0; at < bytes.length; at += page) {
    pages.set(at / page, bytes.subarray(at, at + page));
  }
  const cpu = {
    Rip: registers.rip,
    Cr0: registers.cr0,
    Cr3: registers.cr3,
    Cr4: Number(registers.cr4),
    Ia32Efer: 0xd01n,
    Cs: Number(kernelCode),
  };
  return writeTemporaryFile('guest.sadump', buildSadump({ pages, cpus: [cpu] }));
}

/** A suspended VMware machine, read without flags of segments. */
function writeVmware(): string {
  const { bytes, registers } = smallMachine();
  const tags = [
    { name: 'rip', value: registers.rip, indices: [0], size: 8 },
    { name: 'S', value: kernelCode, indices: [0, 1], size: 4 },
    { name: 'CR64', value: registers.cr0, indices: [0, 0], size: 8 },
    { name: 'CR64', value: registers.cr3, indices: [0, 3], size: 8 },
    { name: 'CR64', value: registers.cr4, indices: [0, 4], size: 8 },
    { name: 'IDTR', value: 0xfffffe00, indices: [0, 2], size: 4 },
  ] as const;
  const path = writeTemporaryFile('guest.vmss', buildVmss([{ name: 'cpu', tags }]));
  writeFileSync(path.replace(/vmss$/, 'vmem'), bytes);
  return path;
}

function pathOf(image: string): string {
  const truth = readFileSync(`${images}${image}/truth.json`, 'utf8');
  return `${images}${image}/${(JSON.parse(truth) as { readonly file: string }).file}`;
}

async function shown(dump: OpenedDump) {
  const { located, verdict } = await dump.locate();
  return {
    architecture: dump.architecture?.name,
    confidence: verdict.confidence,
    physBase: located?.physBase,
    kaslrOffset: located?.kaslrOffset,
    role: located?.role,
  };
}

/** The search of a whole machine takes its time under load. */
const timeoutInMs = 60_000;

const sources: readonly (readonly [string, () => string])[] = [
  ['a dump of sadump', writeSadump],
  ['a suspended VMware machine', writeVmware],
  ...['xen-pvh-xen-core', 'xen-pvh-xen-save', 'xen-pv-xen-save'].map(
    (image) => [`the image ${image}`, () => pathOf(image)] as const,
  ),
];

describe('CPUs without flags of segments keep the machine and the verdict', () => {
  for (const [name, pathOfSource] of sources) {
    it(`of ${name}, when it is converted and repaired`, async function () {
      this.timeout(timeoutInMs);
      using source = await open(pathOfSource());
      const wanted = await shown(source);
      for (const kind of ['elf', 'kdump']) {
        const converted = new BufferSink();
        await source.convert(converted, { kind });
        using copy = await open(new BufferSource(converted.bytes));
        expect(await shown(copy), kind).to.deep.equal(wanted);
      }
      const repaired = new BufferSink();
      await source.repair(repaired, { kind: 'kdump' });
      using copy = await open(new BufferSource(repaired.bytes));
      expect(await shown(copy), 'repaired').to.deep.equal(wanted);
      expect(copy.cpus.length, 'CPUs').to.equal(source.cpus.length);
    });
  }
});
