import {
  type Analyzer,
  type CellValue,
  defineAnalyzer,
  hex,
  type Kernel,
  type Progress,
  printable,
  type Report,
  type ReportColumn,
  reportRows,
  reportTable,
} from '@vmcorekit/core';
import {
  blockDevices,
  countIn,
  readDeviceNumbers,
  readResources,
  WalkNotes,
} from '@vmcorekit/linux';
import { kernelAnswer } from '../objects/kernel-answer.ts';

type Row = Readonly<Record<string, CellValue>>;

/** What `dev` says. Addresses are texts; null means "not proved". */
export interface DevReport {
  /** Major numbers of character devices, and of drivers of block devices. */
  readonly characterDevices?: readonly Row[];
  readonly blockDrivers?: readonly Row[];
  /** `name`, `major`, `minor`, `size` in bytes, `disk`, `queue`, `address`. */
  readonly blockDevices?: readonly Row[];
  /** As /proc/iomem and /proc/ioports: `start`, `end`, `name`, `depth`, `address`. */
  readonly memory?: readonly Row[];
  readonly ports?: readonly Row[];
}

const options = {
  disks: { type: 'boolean', summary: 'only disks and partitions', default: false },
  io: { type: 'boolean', summary: 'show I/O ports and memory, as /proc/iomem', default: false },
} as const;

const columnsOf = (...keys: readonly string[]): readonly ReportColumn<Row>[] =>
  keys.map((key) => ({
    key,
    title: key.toUpperCase(),
    kind: ['major', 'minor', 'size', 'minors'].includes(key) ? 'number' : 'word',
    value: (row) => row[key] ?? null,
    text: (row) => printable(String(row[key] ?? '–')),
  }));

const numberColumns = columnsOf('major', 'name', 'address');
const diskColumns = columnsOf('major', 'minor', 'name', 'size', 'disk', 'queue');
const resourceColumns: readonly ReportColumn<Row>[] = columnsOf('start', 'end', 'name').map(
  (column) =>
    column.key === 'name'
      ? {
          ...column,
          text: (row) => `${'  '.repeat(Number(row.depth))}${printable(String(row.name))}`,
        }
      : column,
);

/** Devices and their resources, as crash's `dev` shows them. Null where none can be read. */
export const dev: Analyzer<DevReport | null, typeof options> = defineAnalyzer({
  name: 'dev',
  summary: 'character and block devices, I/O ports and memory',
  options,
  run: (context, { disks, io }) =>
    kernelAnswer<Progress, DevReport | null>(context, 'dev', function* (kernel) {
      yield { kind: 'progress', doing: 'reading the devices', fraction: null };
      return io && !disks ? resources(kernel) : devices(kernel, { disks, io });
    }),
});

function resources(kernel: Kernel): Report<DevReport> {
  const [ports, memory] = (['ioport_resource', 'iomem_resource'] as const).map((root) => {
    const { resources: found, isComplete } = readResources(kernel, root);
    const rows = found.map(({ address, start, end, name, depth }) => ({
      start: hex(start),
      end: hex(end),
      name,
      depth,
      address: hex(address),
    }));
    return { rows, remarks: isComplete ? [] : [`${root}: the tree is torn, so some are missing`] };
  });
  const all = [ports?.rows ?? [], memory?.rows ?? []] as const;
  return {
    text: [
      'I/O ports:',
      reportTable(resourceColumns, all[0]),
      '',
      'memory:',
      reportTable(resourceColumns, all[1]),
    ],
    data: { ports: all[0], memory: all[1] },
    remarks: [...kernel.types.remarks, ...(ports?.remarks ?? []), ...(memory?.remarks ?? [])],
  };
}

function devices(kernel: Kernel, wanted: { disks: boolean; io: boolean }): Report<DevReport> {
  const notes = new WalkNotes();
  const found = [...blockDevices(kernel, notes)].map((device) => ({
    major: device.major,
    minor: device.minor,
    name: device.name,
    size: device.sizeInBytes === null ? null : countIn(device.sizeInBytes),
    disk: hex(device.disk),
    queue: device.queue === null ? null : hex(device.queue),
    address: hex(device.address),
  }));
  const remarks = [...kernel.types.remarks, ...notes.remarks()];
  const ofDisks = ['disks and partitions:', reportTable(diskColumns, found)];
  if (wanted.disks) {
    const io = wanted.io ? resources(kernel) : undefined;
    return {
      text: io === undefined ? ofDisks : [...ofDisks, '', ...io.text],
      rows: reportRows(diskColumns, found),
      data: { ...io?.data, blockDevices: found },
      remarks,
    };
  }
  const [character, block] = (['character', 'block'] as const).map((kind) => {
    const { numbers, isComplete } = readDeviceNumbers(kernel, kind);
    if (!isComplete) {
      remarks.push(`a chain of ${kind} devices is torn, so some are missing`);
    }
    return numbers.map(({ address, ...number }) => ({ ...number, address: hex(address) }));
  });
  return {
    text: [
      'character devices:',
      reportTable(numberColumns, character ?? []),
      '',
      'drivers of block devices:',
      reportTable(numberColumns, block ?? []),
      '',
      ...ofDisks,
    ],
    data: {
      characterDevices: character ?? [],
      blockDrivers: block ?? [],
      blockDevices: found,
    },
    remarks,
  };
}
