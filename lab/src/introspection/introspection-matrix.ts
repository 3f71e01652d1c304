import type { IntrospectionCell } from './introspect-guest.ts';

export interface IntrospectionFacts {
  readonly date: string;
  readonly versions: ReadonlyMap<string, string>;
}

/** The heads of the columns, by command. */
const heads = {
  ps: 'tasks (`ps`)',
  bt: 'stacks (`bt`)',
  panic: 'panicked CPU (`bt`)',
  signature: 'signature (`analyze`)',
  mod: 'modules (`mod`)',
  'mod NAME': 'their details (`mod NAME`)',
  'ps -ad': 'processes (`ps -ad`)',
  files: 'open files (`files`)',
  vm: 'areas (`vm`)',
  mount: 'mounts (`mount`)',
  sockets: 'sockets (`net`)',
  net: 'network devices (`net`)',
  irq: 'interrupts (`irq`)',
  dev: 'devices (`dev`, `kmem`)',
  bpf: 'BPF (`bpf`)',
  workqueue: 'workers (`workqueue`)',
} as const;
const mostListed = 200;

/** A difference, or a command that gave no answer. */
export function isUnequal({ result }: IntrospectionCell): boolean {
  return 'failure' in result || (result.output?.differences.length ?? 0) > 0;
}

/** How many of each guest's tasks, stacks and modules are as its own /proc says; in Markdown. */
export function showIntrospection(
  cells: readonly IntrospectionCell[],
  facts: IntrospectionFacts,
): string {
  const rows = [...new Set(cells.map(({ guest, format }) => `${guest}\t${format}`))].map((row) => {
    const [guest = '', format = ''] = row.split('\t');
    const ofRow = cells.filter((cell) => cell.guest === guest && cell.format === format);
    const shown = Object.keys(heads).map((command) =>
      showCell(ofRow.find((cell) => cell.command === command)),
    );
    return `| ${[guest, format, ...shown].join(' | ')} |`;
  });
  const head = Object.values(heads);
  return [
    '# Introspection matrix',
    '',
    `Written by \`npm run lab -- introspect --write docs\` on ${facts.date}; do not edit.`,
    '',
    'Guests under load, whose /proc was saved right before the dump. A cell says how many were',
    'equal, and in brackets how many were left out, with a proof: most had moved in between. A',
    "panicked CPU is compared with the kernel's own call trace, and its signature with that of its",
    'cause. `nothing` is right for a kernel without types.',
    '',
    `| guest | dump | ${head.join(' | ')} |`,
    `|${'---|'.repeat(head.length + 2)}`,
    ...rows,
    '',
    ...[...facts.versions].map(([name, version]) => `- ${name}: ${version}`),
    '',
    ...showDifferences(cells.filter(isUnequal)),
    ...showLeftOut(cells),
  ].join('\n');
}

/** Each kind of proof, by command, with how many it left out of all dumps. */
function showLeftOut(cells: readonly IntrospectionCell[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { command, result } of cells) {
    const excluded = 'failure' in result ? [] : (result.output?.excluded ?? []);
    for (const { proof } of excluded) {
      const kind = `| \`${command}\` | ${proof.replace(/\d+(\.\d+)?/g, 'N')} |`;
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    }
  }
  const rows = [...counts].map(([kind, count]) => `${kind} ${count} |`).sort();
  return rows.length === 0
    ? []
    : ['## Left out', '', '| of | the proof | how many |', '|---|---|---|', ...rows, ''];
}

function showCell(cell: IntrospectionCell | undefined): string {
  if (cell === undefined) {
    return '';
  }
  if ('failure' in cell.result) {
    return '**no answer**';
  }
  if (cell.result.output === null) {
    return 'nothing';
  }
  const { compared, excluded, differences } = cell.result.output;
  const unequal = new Set(differences.map(({ subject }) => subject)).size;
  const equal = unequal === 0 ? String(compared) : `**${compared - unequal} of ${compared}**`;
  return excluded.length === 0 ? equal : `${equal} (${excluded.length})`;
}

function showDifferences(cells: readonly IntrospectionCell[]): readonly string[] {
  const lines = cells.flatMap(({ guest, format, command, result }) => {
    const where = `${guest}, ${format}, ${command}`;
    return 'failure' in result
      ? [`- ${where}: ${result.failure}`]
      : (result.output?.differences ?? []).map(
          ({ subject, field, truth, answer }) =>
            `- ${where}: ${subject}, ${field}: \`${answer}\`, but the guest says \`${truth}\``,
        );
  });
  if (lines.length === 0) {
    return ['Everything that was compared is equal.', ''];
  }
  const more = lines.length > mostListed ? [`- … and ${lines.length - mostListed} more`] : [];
  return ['## Not equal', '', ...lines.slice(0, mostListed), ...more, ''];
}
