import {
  isSameKernel,
  type NoKernelReason,
  plural,
  printable,
  type Verdict,
} from '@vmcorekit/core';
import type { Style } from '../../layout/style.ts';
import { shorten } from '../../layout/wrap.ts';
import type { ProbeReportContext } from './context.ts';
import { titledSentence } from './titled.ts';

const maxRemarks = 3;

/** What may help to get an answer, or a better one. */
const advice: Readonly<Partial<Record<NoKernelReason, string>>> = {
  'page-limit': '--page-limit COUNT lets the search read more pages',
  'timed-out': '--time-limit TIME gives the search more time',
  'insufficient-evidence': '--symbols VMLINUX may confirm a candidate',
};

/**
 * What the reader of an uncertain answer must know: why it is uncertain, what may help, and what
 * heuristics remarked. For every answer: which heuristics failed.
 */
export function doubtLines(
  verdict: Verdict,
  style: Style,
  vmlinuxOf: ProbeReportContext['vmlinuxOf'],
): string[] {
  const failed = verdict.notRun.filter(({ isFault }) => isFault === true);
  return [
    ...(verdict.confidence === 'certain' ? [] : uncertain(verdict, style, vmlinuxOf)),
    ...failed.flatMap(({ name, because }) =>
      titledSentence(
        'Failed',
        printable(because.startsWith(`${name} `) ? because : `${name}: ${because}`),
        style,
      ),
    ),
  ];
}

function uncertain(
  { kernel, candidates, reason, remarks, notRun, qualifications }: Verdict,
  style: Style,
  vmlinuxOf: ProbeReportContext['vmlinuxOf'],
): string[] {
  const shown = remarks.slice(0, maxRemarks).map(({ by, finding }) => {
    const text = `${printable(by)}: ${printable(finding.because)}`;
    return `  ${shorten(text, style.width - 2)}`;
  });
  const more = remarks.length - shown.length;
  const chosen = candidates.find((each) => isSameKernel(each.kernel, kernel));
  const why =
    qualifications.length > 0 || chosen === undefined
      ? ''
      : chosen.isWitnessed
        ? 'all evidence is of one kind; '
        : 'no page tables of this kernel were seen; ';
  const canProve = kernel !== null && vmlinuxOf(kernel) === undefined;
  const help =
    reason === null ? (canProve ? '--symbols VMLINUX may prove it' : '') : advice[reason];
  const text = `${why}${help ?? ''}`.replace(/; $/, '');
  return [
    ...(text === '' ? [] : titledSentence(kernel === null ? 'Try' : 'Not certain', text, style)),
    ...(shown.length === 0 ? [] : [style.strong('Remarks'), ...shown]),
    ...(more > 0 ? [`  and ${plural(more, 'more remark')} (--verbose)`] : []),
    ...(notRun.length === 0
      ? []
      : titledSentence(
          'Not run',
          `${plural(notRun.length, 'heuristic')} (--verbose says why)`,
          style,
        )),
  ];
}
