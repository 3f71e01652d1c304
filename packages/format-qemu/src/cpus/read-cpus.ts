import type { Architecture, ByteSource, Cpu } from '@vmcorekit/core';
import type { DeviceSection } from '../stream/device-section.ts';
import type { VmDescription } from '../stream/vmdescription.ts';
import { type FieldPlaces, placesOf } from './field-values.ts';
import { x86Registers, x8664LeastSize, x8664Places, x8664Version } from './x86-cpu.ts';

/** The state of a CPU with all that it has in registers takes some 16 KB. */
const maxCpuBytes: number = 1024 * 1024;
/** QEMU has machines of 4,096 CPUs. */
const maxCpus = 4096;

type ReadRegisters = (body: Uint8Array, places: FieldPlaces) => ReadonlyMap<string, bigint>;

/** How QEMU stores the registers, by the architecture whose names they get. */
const readers: ReadonlyMap<string, ReadRegisters> = new Map([
  ['x86_64', (body, places) => x86Registers(body, places, true)],
  ['i386', (body, places) => x86Registers(body, places, false)],
]);

/** The CPUs of a stream, in order. Registers that cannot be read are left out. */
export function readCpus(
  source: ByteSource,
  devices: readonly DeviceSection[],
  description: VmDescription | undefined,
  architecture: Architecture | null,
): Pick<Cpu, 'pid' | 'registers'>[] {
  return devices
    .filter(({ name }) => name === 'cpu')
    .slice(0, maxCpus)
    .toSorted((a, b) => a.instance - b.instance)
    .map((device) => {
      const body = new Uint8Array(Math.min(device.bodyEnd - device.bodyAt, maxCpuBytes));
      source.readInto(device.bodyAt, body);
      const places = placesIn(device, description);
      const read = readers.get(architecture?.name ?? '');
      return {
        pid: null,
        registers: read === undefined || places === undefined ? new Map() : read(body, places),
      };
    });
}

function placesIn(
  device: DeviceSection,
  description: VmDescription | undefined,
): FieldPlaces | undefined {
  const size = device.bodyEnd - device.bodyAt;
  const described = description?.device(device.name, device.instance);
  if (described?.bodySizeInBytes === size) {
    return placesOf(described);
  }
  return device.version === x8664Version && size >= x8664LeastSize ? x8664Places : undefined;
}
