import {
  type Analyzer,
  defineAnalyzer,
  printable,
  type ReportColumn,
  type ReportText,
  reportRows,
  reportTable,
  unknownText,
} from '@vmcorekit/core';
import { readBpf } from '@vmcorekit/linux';
import { foundAnswer } from '../kernel-answer.ts';
import { type BpfReport, bpfReport } from './bpf-report.ts';

type Row<Key extends keyof BpfReport> = BpfReport[Key][number];

const programColumns: readonly ReportColumn<Row<'programs'>>[] = [
  { key: 'id', title: 'PROGRAM', kind: 'number', value: ({ id }) => id },
  { key: 'address', value: ({ address }) => address },
  { key: 'type', title: 'TYPE', value: ({ type }) => type },
  { key: 'name', title: 'NAME', value: ({ name }) => name, text: ({ name }) => textOf(name) },
  { key: 'tag', title: 'TAG', value: ({ tag }) => tag },
  { key: 'instructions', value: ({ instructions }) => instructions },
  {
    key: 'code',
    title: 'CODE',
    value: ({ code }) => code?.start ?? null,
    text: ({ code }) => code?.start.slice(2) ?? '-',
  },
  { key: 'size', title: 'SIZE', kind: 'number', value: ({ code }) => code?.size ?? null },
  { key: 'uid', title: 'UID', kind: 'number', value: ({ uid }) => uid },
  { key: 'loadTime', value: ({ loadTime }) => loadTime },
  { key: 'runs', value: ({ runs }) => runs },
  { key: 'runTime', value: ({ runTime }) => runTime },
  {
    key: 'maps',
    title: 'MAPS',
    value: ({ maps }) => maps?.map(String) ?? null,
    text: ({ maps }) => (maps === null ? unknownText : maps.join(', ') || '-'),
  },
];

const mapColumns: readonly ReportColumn<Row<'maps'>>[] = [
  { title: 'MAP', kind: 'number', value: ({ id }) => id },
  { title: 'ADDRESS', value: () => null, text: ({ address }) => address.slice(2) },
  { title: 'TYPE', value: ({ type }) => type },
  { title: 'NAME', value: ({ name }) => name, text: ({ name }) => textOf(name) },
  { title: 'KEY', kind: 'number', value: ({ keySize }) => keySize },
  { title: 'VALUE', kind: 'number', value: ({ valueSize }) => valueSize },
  { title: 'ENTRIES', kind: 'number', value: ({ maxEntries }) => maxEntries },
  { title: 'FLAGS', value: ({ flags }) => flags },
];

const linkColumns: readonly ReportColumn<Row<'links'>>[] = [
  { title: 'LINK', kind: 'number', value: ({ id }) => id },
  { title: 'ADDRESS', value: () => null, text: ({ address }) => address.slice(2) },
  { title: 'TYPE', value: ({ type }) => type },
  { title: 'PROGRAM', kind: 'number', value: ({ program }) => program },
];

const typeColumns: readonly ReportColumn<Row<'btf'>>[] = [
  { title: 'BTF', kind: 'number', value: ({ id }) => id },
  { title: 'ADDRESS', value: () => null, text: ({ address }) => address.slice(2) },
  { title: 'SIZE', kind: 'number', value: ({ size }) => size },
  { title: 'NAME', value: ({ name }) => name, text: ({ name }) => textOf(name ?? unknownText) },
];

const options = {
  types: { type: 'boolean', summary: 'show also the types (BTF) that are loaded', default: false },
} as const;

/**
 * The programs, maps and links of BPF, as crash's `bpf` shows them. The data is `{ programs, maps,
 * links, btf }`; null where they cannot be found.
 */
export const bpf: Analyzer<BpfReport | null, typeof options> = defineAnalyzer({
  name: 'bpf',
  summary: 'the programs, maps and links of BPF',
  options,
  *run(context, { types }) {
    return yield* foundAnswer(
      context,
      { head: 'no answer to bpf', rows: reportRows(programColumns, []) },
      readBpf,
      (found) => {
        const data = bpfReport(found);
        const tables: ReportText = [
          ...(data.programs.length === 0 ? [] : [reportTable(programColumns, data.programs)]),
          ...(data.maps.length === 0 ? [] : [reportTable(mapColumns, data.maps)]),
          ...(data.links.length === 0 ? [] : [reportTable(linkColumns, data.links)]),
          ...(types && data.btf.length > 0 ? [reportTable(typeColumns, data.btf)] : []),
        ];
        return {
          text:
            tables.length === 0
              ? ['nothing is loaded of BPF']
              : tables.flatMap((table, index) => (index === 0 ? [table] : ['', table])),
          data,
          rows: reportRows(programColumns, data.programs),
          remarks: found.remarks,
        };
      },
    );
  },
});

function textOf(name: string): string {
  return name === '' ? '-' : printable(name);
}
