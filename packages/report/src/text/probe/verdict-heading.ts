import { type Dump, printable, type Verdict } from '@vmcorekit/core';
import type { Style } from '../../layout/style.ts';
import { wrap } from '../../layout/wrap.ts';

/** The files, the verdict and `because`, which may be empty. */
export function verdictHeading(
  { files }: Dump,
  { confidence }: Verdict,
  because: string,
  style: Style,
): string[] {
  const paint =
    confidence === 'certain' ? style.good : confidence === 'none' ? style.bad : style.doubtful;
  const start = `${files.map(printable).join(', ')}: ${confidence}`;
  const painted = `${style.strong(files.map(printable).join(', '))}: ${paint(confidence)}`;
  const reason = printable(because);
  if (reason === '') {
    return [painted];
  }
  return start.length + 2 + reason.length <= style.width
    ? [`${painted}: ${reason}`]
    : [`${painted}:`, ...wrap(reason, style.width - 2).map((line) => `  ${line}`)];
}
