import { type OriginSign, VmcoreInfo } from '@vmcorekit/core';
import { type FieldSign, type FieldsAndOffsets, signSeen } from './field-sign.ts';
import { compressionFlags } from './header/layout.ts';

const byQemu = { axis: 'writtenBy', who: 'qemu' } as const;
const byMakedumpfile = { axis: 'writtenBy', who: 'makedumpfile' } as const;

/** Values of `status` that QEMU can write: the flag of a single codec. */
const qemuCodecs: readonly unknown[] = compressionFlags
  .filter(({ method }) => method !== 'zstd')
  .map(({ flag }) => flag);
const zstd = compressionFlags.find(({ method }) => method === 'zstd')?.flag ?? 0;
const qemuSubHeaderSizes: readonly number[] = [104, 80];
const qemuUtsname = ['sysname', 'nodename', 'release', 'version', 'domainname'];
/** QEMU up to 7.2 writes the machine; later versions write `Unknown`. */
const qemuMachines = ['x86_64', 'i386', 'i686', 'aarch64', 'arm', 's390x', 'ppc64', 'Unknown'];

/**
 * QEMU's habits in the two headers, as seen in files of QEMU 7.2 and 10.0, and what it never does.
 * Source of the constants: QEMU, dump/dump.c.
 */
const qemuSigns: readonly FieldSign[] = [
  {
    ...byQemu,
    score: 20,
    fields: [...qemuUtsname, 'machine'],
    because: 'only the machine is named in utsname',
    holds: (...values) => {
      const [machine] = values.slice(-1);
      const isNamed = typeof machine === 'string' && qemuMachines.includes(machine);
      return isNamed && values.slice(0, -1).every((value) => value === '');
    },
  },
  {
    ...byQemu,
    score: 15,
    fields: ['header_version', 'timestamp_sec', 'timestamp_usec'],
    because: 'header_version is 6 and there is no timestamp',
    holds: (version, seconds, microseconds) => version === 6 && seconds === 0 && microseconds === 0,
  },
  {
    ...byQemu,
    score: 10,
    fields: ['dump_level', 'split'],
    because: 'dump_level is 1 and the dump is not split',
    holds: (level, split) => level === 1 && split === 0,
  },
  {
    ...byQemu,
    score: 10,
    fields: ['status'],
    because: 'status names one codec and nothing else',
    holds: (status) => qemuCodecs.includes(status),
  },
  {
    ...byQemu,
    score: 20,
    fields: ['block_size', 'offset_note'],
    because: 'the notes follow the sub header at once',
    holds: (block, offset) => qemuSubHeaderSizes.includes(Number(offset) - Number(block)),
  },
  {
    ...byQemu,
    score: -100,
    fields: ['release'],
    because: 'QEMU names no release',
    holds: (release) => release !== '',
  },
  {
    ...byQemu,
    score: -50,
    fields: ['timestamp_sec'],
    because: 'QEMU writes no timestamp',
    holds: (seconds) => seconds !== 0,
  },
  {
    ...byQemu,
    score: -50,
    fields: ['dump_level'],
    because: 'QEMU writes dump_level 1 only',
    holds: (level) => level !== 1,
  },
  {
    ...byQemu,
    score: -100,
    fields: ['status'],
    because: 'QEMU knows no zstd',
    holds: (status) => (Number(status) & zstd) !== 0,
  },
  {
    ...byQemu,
    score: -50,
    fields: ['split'],
    because: 'QEMU does not split dumps',
    holds: (split) => split !== 0,
  },
  {
    ...byQemu,
    score: -50,
    fields: ['size_eraseinfo'],
    because: 'QEMU erases nothing',
    holds: (size) => (Number(size) || 0) !== 0,
  },
];

const namesRelease: FieldSign = {
  ...byMakedumpfile,
  score: 40,
  fields: ['release'],
  because: 'utsname names the release',
  holds: (release) => release !== '',
};

/** Source: makedumpfile IMPLEMENTATION. */
const makedumpfileSigns: readonly FieldSign[] = [
  {
    ...byMakedumpfile,
    score: 30,
    fields: ['dump_level'],
    because: 'dump_level is one that only a filter leaves',
    holds: (level) => typeof level === 'number' && level > 1 && level <= 31,
  },
  {
    ...byMakedumpfile,
    score: 60,
    fields: ['split'],
    because: 'the dump is split',
    holds: (split) => split !== 0,
  },
  {
    ...byMakedumpfile,
    score: 40,
    fields: ['status'],
    because: 'pages are compressed with zstd',
    holds: (status) => (Number(status) & zstd) !== 0,
  },
];

const unknownPhysBase: FieldSign = {
  ...byQemu,
  score: 60,
  fields: ['phys_base'],
  because: 'phys_base is ~0, the marker for "not known"',
  holds: () => true,
};

/**
 * The signs of the file's writer in its headers. `isMarked` says that phys_base is the marker for
 * "not known".
 */
export function originSigns(
  header: FieldsAndOffsets,
  vmcoreinfo: string | null,
  isMarked: boolean,
): OriginSign[] {
  const isOfCrash = vmcoreinfo !== null && new VmcoreInfo(vmcoreinfo).crashTime !== undefined;
  const ofCapture: OriginSign = {
    ...byMakedumpfile,
    score: 40,
    because: 'it is a KDUMP file made of a kdump capture',
    at: [],
  };
  const seen = (signs: readonly FieldSign[]): OriginSign[] =>
    signs.map((sign) => signSeen(sign, header)).filter((sign) => sign !== undefined);
  return [
    ...(isMarked ? seen([unknownPhysBase]) : []),
    ...seen(qemuSigns),
    ...seen([namesRelease]),
    ...(isOfCrash && header.fields.get('release') !== '' ? [ofCapture] : []),
    ...seen(makedumpfileSigns),
  ];
}
