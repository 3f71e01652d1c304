import type { Architecture, ByteSource, Cpu } from '@vmcorekit/core';
import type { DeviceSection } from '../stream/device-section.ts';
import type { VmDescription } from '../stream/vmdescription.ts';
import { arm64Registers } from './arm64-cpu.ts';
import { type FieldPlaces, placesOf, type RegisterRow, readRegisters } from './field-values.ts';
import { ppc64MachineRows, ppc64Rows, riscv64Rows, s390xRows } from './other-cpus.ts';
import { i386Rows, x8664LeastSize, x8664Places, x8664Rows, x8664Version } from './x86-cpu.ts';

/** The state of a CPU with all that it has in registers takes some 16 KB. */
const maxBodyBytes: number = 1024 * 1024;
/** QEMU has machines of 4,096 CPUs. */
const maxCpus = 4096;

/** How QEMU stores the CPUs of a machine. */
interface CpuLayout {
  readonly registersIn: (body: Uint8Array, places: FieldPlaces) => ReadonlyMap<string, bigint>;
  /** Registers that the machine holds for all CPUs, and the device that has them. */
  readonly ofMachine?: { readonly device: string; readonly rows: readonly RegisterRow[] };
  /**
   * Where the fields lie, for streams that do not describe them. Left out where it is not known.
   */
  readonly places?: {
    readonly version: number;
    readonly leastSizeInBytes: number;
    readonly fields: FieldPlaces;
  };
}

/** By the name of the architecture that the registers are named for. */
const layouts: ReadonlyMap<string, CpuLayout> = new Map<string, CpuLayout>([
  [
    'x86_64',
    {
      registersIn: byRows(x8664Rows),
      places: {
        version: x8664Version,
        leastSizeInBytes: x8664LeastSize,
        fields: x8664Places,
      },
    },
  ],
  ['i386', { registersIn: byRows(i386Rows) }],
  ['riscv64', { registersIn: byRows(riscv64Rows) }],
  [
    'ppc64',
    { registersIn: byRows(ppc64Rows), ofMachine: { device: 'spapr', rows: ppc64MachineRows } },
  ],
  ['arm64', { registersIn: arm64Registers }],
  ['s390x', { registersIn: byRows(s390xRows) }],
]);

function byRows(rows: readonly RegisterRow[]): CpuLayout['registersIn'] {
  return (body, places) => readRegisters(body, places, rows);
}

/** The CPUs of a stream, in order. Registers that cannot be read are left out. */
export function readCpus(
  source: ByteSource,
  devices: readonly DeviceSection[],
  description: VmDescription | undefined,
  architecture: Architecture | null,
): Pick<Cpu, 'pid' | 'registers'>[] {
  const layout = layouts.get(architecture?.name ?? '');
  const registersOf = (
    device: DeviceSection,
    registersIn: CpuLayout['registersIn'] | undefined,
  ): ReadonlyMap<string, bigint> => {
    const places = placesIn(device, description, layout);
    return registersIn === undefined || places === undefined
      ? new Map()
      : registersIn(bodyOf(source, device), places);
  };
  const ofMachine = devices
    .filter(({ name }) => name === layout?.ofMachine?.device)
    .slice(0, 1)
    .flatMap((device) => [...registersOf(device, byRows(layout?.ofMachine?.rows ?? []))]);
  return devices
    .filter(({ name }) => name === 'cpu')
    .slice(0, maxCpus)
    .toSorted((a, b) => a.instance - b.instance)
    .map((device) => ({
      pid: null,
      registers: new Map([...registersOf(device, layout?.registersIn), ...ofMachine]),
    }));
}

function bodyOf(source: ByteSource, { bodyAt, bodyEnd }: DeviceSection): Uint8Array {
  const body = new Uint8Array(Math.min(bodyEnd - bodyAt, maxBodyBytes));
  source.readInto(bodyAt, body);
  return body;
}

function placesIn(
  device: DeviceSection,
  description: VmDescription | undefined,
  layout: CpuLayout | undefined,
): FieldPlaces | undefined {
  const size = device.bodyEnd - device.bodyAt;
  const described = description?.device(device.name, device.instance);
  if (described?.bodySizeInBytes === size) {
    return placesOf(described);
  }
  const known = layout?.places;
  return device.name === 'cpu' &&
    known !== undefined &&
    device.version === known.version &&
    size >= known.leastSizeInBytes
    ? known.fields
    : undefined;
}
