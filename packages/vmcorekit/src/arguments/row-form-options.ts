import type { GlobalOptions } from '../global-options.ts';
import { flag, type OptionSpec } from './option-spec.ts';
import { UsageError } from './usage-error.ts';

/** How rows are written for programs. */
export type RowForm = 'jsonl' | 'csv';

/** The options of commands whose answer is a table. */
export const rowFormOptionTable: {
  readonly [Form in RowForm]: OptionSpec<boolean>;
} = {
  jsonl: flag('answer in rows: one short JSON object a line'),
  csv: flag('answer in rows: CSV with a header line'),
};

/** The form asked for; undefined if none is. Throws `UsageError` if several are. */
export function rowFormOf(
  options: Readonly<Record<RowForm, boolean>>,
  { json }: Pick<GlobalOptions, 'json'>,
): RowForm | undefined {
  const asked = (['jsonl', 'csv'] as const).filter((form) => options[form]);
  const [form] = asked;
  const other = asked[1] ?? (json && form !== undefined ? 'json' : undefined);
  if (other !== undefined) {
    throw new UsageError(`--${form} cannot be used with --${other}: choose one`);
  }
  return form;
}
