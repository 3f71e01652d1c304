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
  'transfer-limit': '--max-transfer SIZE lets it fetch more',
  'timed-out': '--time-limit TIME gives the search more time',
  'insufficient-evidence': '--symbols VMLINUX may confirm a candidate',
};

/** A sentence and its title: `Try`, `Not certain`, `Failed`. */
export interface Doubt {
  readonly title: string;
  readonly text: string;
}

/**
 * What the reader of an uncertain answer must know: why it is uncertain, what may help, and what
 * heuristics remarked. For every answer: which heuristics failed.
 */
export function doubtLines(
  verdict: Verdict,
  style: Style,
  vmlinuxOf: ProbeReportContext['vmlinuxOf'],
): string[] {
  const lines = ({ title, text }: Doubt): string[] => titledSentence(title, text, style);
  return [
    ...uncertainty(verdict, vmlinuxOf).flatMap(lines),
    ...(verdict.confidence === 'certain' ? [] : searchLines(verdict, style)),
    ...failures(verdict).flatMap(lines),
  ];
}

/** The same sentences without remarks and without the count of heuristics that did not run. */
export function doubtsOf(verdict: Verdict, vmlinuxOf: ProbeReportContext['vmlinuxOf']): Doubt[] {
  return [...uncertainty(verdict, vmlinuxOf), ...failures(verdict)];
}

function failures({ notRun }: Verdict): Doubt[] {
  return notRun
    .filter(({ isFault }) => isFault === true)
    .map(({ name, because }) => ({
      title: 'Failed',
      text: printable(because.startsWith(`${name} `) ? because : `${name}: ${because}`),
    }));
}

function uncertainty(
  { kernel, candidates, confidence, reason, qualifications }: Verdict,
  vmlinuxOf: ProbeReportContext['vmlinuxOf'],
): Doubt[] {
  if (confidence === 'certain') {
    return [];
  }
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
  return text === '' ? [] : [{ title: kernel === null ? 'Try' : 'Not certain', text }];
}

function searchLines({ remarks, notRun }: Verdict, style: Style): string[] {
  const shown = remarks.slice(0, maxRemarks).map(({ by, finding }) => {
    const text = `${printable(by)}: ${printable(finding.because)}`;
    return `  ${shorten(text, style.width - 2)}`;
  });
  const more = remarks.length - shown.length;
  return [
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
