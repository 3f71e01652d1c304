/**
 * The rows of a truth table, each by its column's name, and by its behaviour as `title`. The first
 * line names the columns. A line without `|` is the title of the row after it.
 */
export function truthTable<Column extends string>(
  columns: readonly Column[],
  text: string,
): readonly Readonly<Record<Column | 'title', string>>[] {
  const [head = '', ...lines] = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (cellsOf(head).join() !== columns.join()) {
    throw new Error(`the head '${head}' does not name the columns ${columns.join(', ')}`);
  }
  const rows: Record<string, string>[] = [];
  let title = '';
  for (const line of lines) {
    if (!line.includes('|')) {
      title = line;
      continue;
    }
    const cells = cellsOf(line);
    if (cells.length !== columns.length || title === '') {
      throw new Error(`no row of ${columns.length} cells with a title: ${line}`);
    }
    rows.push({
      title,
      ...Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ''])),
    });
    title = '';
  }
  return rows as Record<Column | 'title', string>[];
}

function cellsOf(line: string): string[] {
  return line.split('|').map((cell) => cell.trim());
}

/** The words of a cell; `-` stands for an empty one. */
export function wordsOf(cell: string): string[] {
  return cell.split(/\s+/).filter((word) => word !== '' && word !== '-');
}
