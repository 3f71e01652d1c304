import type { Judgement, Outcome } from './judge.ts';

/** One run of the command on one dump, judged. */
export interface Cell {
  readonly guest: string;
  /** As `uname -m` names it. */
  readonly machine: string;
  readonly format: string;
  /** How the command ran: `default`, `--all`, a heuristic's name, `no CPU notes`. */
  readonly column: string;
  /** The day when the guest was asked, as in 2026-01-31. */
  readonly checked: string;
  readonly judgement: Judgement;
}

export interface MatrixFacts {
  readonly date: string;
  readonly versions: ReadonlyMap<string, string>;
}

const shown: Readonly<Record<Outcome, string>> = {
  right: 'right',
  partial: 'part',
  none: 'none',
  unsupported: 'unsupported',
  wrong: '**WRONG**',
  failed: '**failed**',
};

/** A wrong answer, or none from a run that should always have one. */
export function isUnacceptable(cell: Cell): boolean {
  return cell.judgement.outcome === 'wrong' || cell.judgement.outcome === 'failed';
}

/** The command as users run it. */
const usualColumn = 'default';
/** Of a guest without that dump. */
const noDump = '';
/** Formats that only a guest or two have share a column. */
const fewestGuests = 3;

/** How the usual command answers for each guest and format, in Markdown, and what is wrong. */
export function showMatrix(cells: readonly Cell[], facts: MatrixFacts): string {
  const usual = cells.filter(({ column }) => column === usualColumn);
  const guests = distinct(byMachine(usual).map(({ guest }) => guest));
  const formats = distinct(usual.map(({ format }) => format));
  const guestsWith = (format: string): number =>
    usual.filter((cell) => cell.format === format).length;
  const isRare = (format: string): boolean =>
    guests.length >= fewestGuests && guestsWith(format) < fewestGuests;
  const columns = formats.filter((format) => !isRare(format));
  const hasRare = columns.length < formats.length;
  const body = guests.map((guest) => {
    const ofGuest = usual.filter((cell) => cell.guest === guest);
    return [
      ofGuest[0]?.machine ?? '',
      guest,
      ...columns.map((format) => showCells(ofGuest.filter((cell) => cell.format === format))),
      ...(hasRare ? [showCells(ofGuest.filter(({ format }) => isRare(format)))] : []),
      ofGuest[0]?.checked ?? '',
    ];
  });
  return [
    '# Support matrix',
    '',
    `Written by \`npm run lab -- check --write docs\` on ${facts.date}; do not edit.`,
    '',
    'Real guests, booted, dumped and probed. Each answer was compared with what the guest said of',
    'itself, in every field. [support-matrix.json](support-matrix.json) also has every heuristic',
    'alone, with symbol files, and with false ones.',
    '',
    'A check asks the guests that are booted. The rows of other guests stay as they were, so each',
    'row has the date of its own check.',
    '',
    '| answer | meaning |',
    '|---|---|',
    '| `right` | where the kernel lies and its KASLR offset; or no kernel, if there is none |',
    '| `part` | one of the two was found, and it is right |',
    '| `none` | nothing was claimed |',
    '| `unsupported` | nothing was claimed, because no kernel of this machine is looked for |',
    '',
    ...alignTable([
      ['machine', 'guest', ...columns, ...(hasRare ? ['other formats'] : []), 'checked'],
      ...body,
    ]),
    '',
    ...[...facts.versions].map(([name, version]) => `- ${name}: ${version}`),
    '',
    ...showComplaints(cells.filter(isUnacceptable)),
  ].join('\n');
}

/**
 * All that was asked, for programs: `rows` with machine, guest, format, the day of the check, and
 * the outcome of each way of asking; `complaints` with the reason. A row a line, so that two runs
 * can be compared.
 */
export function matrixJson(cells: readonly Cell[], facts: MatrixFacts): string {
  const keys = distinct(
    byMachine(cells).map(({ machine, guest, format }) => `${machine}\t${guest}\t${format}`),
  );
  const rows = keys.map((key) => {
    const [machine = '', guest = '', format = ''] = key.split('\t');
    const ofRow = cells.filter((cell) => cell.guest === guest && cell.format === format);
    const outcomes = ofRow.map(({ column, judgement }) => [column, judgement.outcome]);
    return {
      machine,
      guest,
      format,
      checked: ofRow[0]?.checked ?? '',
      outcomes: Object.fromEntries(outcomes) as Record<string, Outcome>,
    };
  });
  const complaints = cells.filter(isUnacceptable).map(({ judgement, ...where }) => ({
    ...where,
    because: judgement.because,
  }));
  return [
    '{',
    '"schema": 1,',
    `"date": ${JSON.stringify(facts.date)},`,
    `"versions": ${JSON.stringify(Object.fromEntries(facts.versions))},`,
    `"rows": [\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n],`,
    `"complaints": ${JSON.stringify(complaints)}`,
    '}',
    '',
  ].join('\n');
}

/** x86-64's rows come first, then the other machines' by name; guests keep their order. */
function byMachine(cells: readonly Cell[]): readonly Cell[] {
  const rank = ({ machine }: Cell): string => (machine === 'x86_64' ? '' : machine);
  return [...cells].sort((a, b) => rank(a).localeCompare(rank(b)));
}

/** One answer by its name; of several, how many there are of each. */
function showCells(cells: readonly Cell[]): string {
  const answers = cells.map(({ judgement }) => shown[judgement.outcome]);
  const [first = noDump] = answers;
  return answers.length <= 1
    ? first
    : distinct(answers)
        .map((answer) => `${answers.filter((each) => each === answer).length} ${answer}`)
        .join(', ');
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)];
}

function showComplaints(cells: readonly Cell[]): readonly string[] {
  if (cells.length === 0) {
    return ['Not one is wrong.', ''];
  }
  const complaints = cells.map(
    (cell) => `- ${cell.guest}, ${cell.format}, ${cell.column}: ${cell.judgement.because}`,
  );
  return ['## Not right', '', ...complaints, ''];
}

function alignTable(rows: readonly (readonly string[])[]): readonly string[] {
  const [head = [], ...body] = rows;
  const widths = head.map((_, column) =>
    Math.max(3, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]): string =>
    `| ${widths.map((width, i) => (row[i] ?? '').padEnd(width)).join(' | ')} |`;
  return [
    line(head),
    `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`,
    ...body.map(line),
  ];
}
