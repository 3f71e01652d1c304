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
  type ReportRows,
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
import { kernelAnswer, partOrWhy } from '../kernel-answer.ts';

type Row = Readonly<Record<string, CellValue>>;

/** What `dev` says. Addresses are texts; null means "not proved", also for a whole list. */
export interface DevReport {
  /** Major numbers of character devices, and of drivers of block devices. */
  readonly characterDevices?: readonly Row[] | null;
  readonly blockDrivers?: readonly Row[] | null;
  /** `name`, `major`, `minor`, `size` in bytes, `disk`, `queue`, `address`. */
  readonly blockDevices?: readonly Row[] | null;
  /** As /proc/iomem and /proc/ioports: `start`, `end`, `name`, `depth`, `address`. */
  readonly memory?: readonly Row[] | null;
  readonly ports?: readonly Row[] | null;
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
const rowColumns = columnsOf(
  ...['kind', 'major', 'minor', 'firstMinor', 'minors', 'name', 'size', 'disk', 'queue'],
  ...['start', 'end', 'depth', 'address'],
);
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
    kernelAnswer<DevReport | null>(
      context,
      { head: 'no answer to dev', rows: rowsOf([]) },
      function* (kernel) {
        const parts: DevPart[] = [];
        if (!io && !disks) {
          parts.push(yield* numbersPart(kernel, 'character'), yield* numbersPart(kernel, 'block'));
        }
        if (disks || !io) {
          parts.push(yield* disksPart(kernel));
        }
        if (io) {
          parts.push(yield* resourcesPart(kernel, 'ports'), yield* resourcesPart(kernel, 'memory'));
        }
        return joined(kernel, parts);
      },
    ),
});

/** One list of the answer; its rows are null where it cannot be read. */
interface DevPart {
  readonly key: keyof DevReport;
  /** What each of its rows is, where rows of all parts stand together. */
  readonly kind: 'character' | 'block' | 'disk' | 'port' | 'memory';
  readonly title: string;
  readonly columns: readonly ReportColumn<Row>[];
  readonly rows: readonly Row[] | null;
  readonly remarks: readonly string[];
}

function joined(kernel: Kernel, parts: readonly DevPart[]): Report<DevReport | null> {
  const known = parts.flatMap((part) => (part.rows === null ? [] : [{ ...part, rows: part.rows }]));
  const remarks = [...kernel.types.remarks, ...parts.flatMap((part) => part.remarks)];
  if (known.length === 0) {
    return { text: parts.flatMap((part) => part.remarks), data: null, rows: rowsOf([]), remarks };
  }
  const data: DevReport = Object.fromEntries(parts.map(({ key, rows }) => [key, rows]));
  return {
    text: known.flatMap(({ title, columns, rows }, index) => [
      ...(index === 0 ? [] : ['']),
      title,
      reportTable(columns, rows),
    ]),
    data,
    rows: rowsOf(known.flatMap(({ kind, rows }) => rows.map((row) => ({ ...row, kind })))),
    remarks,
  };
}

/** Every part in one table, in the order of the text: keys that a part lacks are null. */
function rowsOf(rows: readonly Row[]): ReportRows {
  return reportRows(rowColumns, rows);
}

function* partOf(
  kernel: Kernel,
  part: Omit<DevPart, 'rows' | 'remarks'>,
  called: string,
  read: () => Pick<DevPart, 'remarks'> & { readonly rows: readonly Row[] },
): Generator<Progress, DevPart, void> {
  const found = yield* partOrWhy<ReturnType<typeof read>>(kernel, called, function* () {
    yield { kind: 'progress', doing: `reading the ${called}`, fraction: null };
    return read();
  });
  return typeof found === 'string'
    ? { ...part, rows: null, remarks: [found] }
    : { ...part, ...found };
}

function resourcesPart(
  kernel: Kernel,
  key: 'ports' | 'memory',
): Generator<Progress, DevPart, void> {
  const [root, called, kind] = (
    {
      ports: ['ioport_resource', 'I/O ports', 'port'],
      memory: ['iomem_resource', 'memory', 'memory'],
    } as const
  )[key];
  const part = { key, kind, title: `${called}:`, columns: resourceColumns };
  return partOf(kernel, part, called, () => {
    const { resources, isComplete } = readResources(kernel, root);
    const rows = resources.map(({ address, start, end, name, depth }) => ({
      start: hex(start),
      end: hex(end),
      name,
      depth,
      address: hex(address),
    }));
    return {
      rows,
      remarks: isComplete ? [] : [`${root}: the tree is torn, so some are missing`],
    };
  });
}

function disksPart(kernel: Kernel): Generator<Progress, DevPart, void> {
  const title = 'disks and partitions:';
  const part = { key: 'blockDevices', kind: 'disk', title, columns: diskColumns } as const;
  return partOf(kernel, part, 'disks and partitions', () => {
    const notes = new WalkNotes();
    const rows = [...blockDevices(kernel, notes)].map((device) => ({
      major: device.major,
      minor: device.minor,
      name: device.name,
      size: device.sizeInBytes === null ? null : countIn(device.sizeInBytes),
      disk: hex(device.disk),
      queue: device.queue === null ? null : hex(device.queue),
      address: hex(device.address),
    }));
    return { rows, remarks: notes.remarks() };
  });
}

function numbersPart(
  kernel: Kernel,
  kind: 'character' | 'block',
): Generator<Progress, DevPart, void> {
  const [key, called] = (
    {
      character: ['characterDevices', 'character devices'],
      block: ['blockDrivers', 'drivers of block devices'],
    } as const
  )[kind];
  const part = { key, kind, title: `${called}:`, columns: numberColumns };
  return partOf(kernel, part, called, () => {
    const { numbers, isComplete } = readDeviceNumbers(kernel, kind);
    return {
      rows: numbers.map(({ address, ...number }) => ({ ...number, address: hex(address) })),
      remarks: isComplete ? [] : [`a chain of ${kind} devices is torn, so some are missing`],
    };
  });
}
