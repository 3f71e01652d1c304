import { type Dump, printable, sizeText, type Verdict } from '@vmcorekit/core';
import type { DamageCount, SystemFacts } from '@vmcorekit/engine';
import { facts, section } from '../layout/section.ts';
import type { Style } from '../layout/style.ts';
import { nanosecondsText } from '../layout/time-text.ts';
import type { FileProvenance, Provenance } from '../provenance.ts';
import { damageLines } from './damage-lines.ts';
import { dumpText } from './dump-text.ts';
import { roleText } from './kernel-place.ts';
import { namingOption } from './naming-option.ts';
import { kernelLines, otherKernels } from './probe/other-kernels.ts';
import { systemLines } from './system-lines.ts';

/** What a dump says of its machine, and where that comes from. */
export interface DescribeAnswer {
  readonly dump: Dump;
  readonly verdict: Verdict;
  readonly system: SystemFacts;
  readonly damage: readonly DamageCount[];
  /** Null where the files are no files of a machine with Node, as in a browser. */
  readonly provenance: Provenance | null;
}

export interface DescribeReportContext {
  /** Also says why each field is not proved. */
  readonly verbose: boolean;
  /** What rules said of the search, ready to print; empty if there are no rules. */
  readonly ruleLines: readonly string[];
}

/** The description of a dump, for people. */
export function describeReport(
  { dump, verdict, system, damage, provenance }: DescribeAnswer,
  style: Style,
  { verbose, ruleLines }: DescribeReportContext,
): string {
  return [
    heading(dump, verdict, style),
    ...systemLines(system, style, verbose),
    ...otherLines(dump, verdict, style),
    ...section(
      'Dump',
      facts(
        [
          ['format', dumpText(dump)],
          ['captured by', printable(verdict.origin.capturedBy)],
          ['written by', printable(verdict.origin.writtenBy)],
        ],
        style,
      ),
      style,
    ),
    ...section('Damage', damageLines(damage, style), style),
    ...section('Rules', ruleLines, style),
    ...section(
      'Provenance',
      provenance === null ? [] : facts(provenanceFacts(provenance), style),
      style,
    ),
    '',
  ].join('\n');
}

function heading({ files }: Dump, verdict: Verdict, style: Style): string {
  const text = printable(describeHeading(verdict));
  const name = style.strong(files.map(printable).join(', '));
  return `${name}: ${verdict.kernel === null ? style.bad(text) : text}`;
}

/** Which kernel a description is of; or why there is none. */
export function describeHeading({ kernel, confidence, explanation }: Verdict): string {
  return kernel === null
    ? explanation
    : `Linux ${kernel.release ?? '(release not proved)'}, ${roleText(kernel.role)} (${confidence})`;
}

function otherLines(dump: Dump, verdict: Verdict, style: Style): string[] {
  const lines = otherKernelLines(dump, verdict, style);
  return lines.length === 0 ? [] : ['', ...lines];
}

/** The other kernels, so that the reader does not take this host name for the only one. */
export function otherKernelLines({ layout }: Dump, verdict: Verdict, style: Style): string[] {
  const others = otherKernels(verdict);
  const [first] = others;
  if (first === undefined) {
    return [];
  }
  const { name, placeholder } = namingOption(first.kernel, {
    isOffsetShared: layout?.isOffsetShared === true,
  });
  const title =
    verdict.kernel === null ? 'Candidates' : `Other kernels (${name} ${placeholder} describes one)`;
  return kernelLines(others, style, title);
}

function provenanceFacts({
  files,
  memory,
  tool,
  reportedAt,
  configuration,
}: Provenance): [label: string, value: string][] {
  return [
    ...files.flatMap(fileFacts),
    ...(memory === null
      ? []
      : ([
          ['SHA-256 of memory', memory.sha256],
          ['memory hashed', bytesText(memory.bytes.held)],
          ...(['excluded', 'corrupt'] as const)
            .filter((state) => memory.bytes[state] > 0)
            .map((state) => [`memory ${state}`, bytesText(memory.bytes[state])]),
        ] as [string, string][])),
    ['reported at', new Date(reportedAt).toISOString()],
    ['reported by', `${tool.name} ${tool.version} on Node ${tool.node}`],
    [
      'configuration',
      configuration.length === 0 ? 'none' : configuration.map(printable).join(', '),
    ],
  ];
}

function fileFacts(file: FileProvenance): [label: string, value: string][] {
  const time = (nanoseconds: bigint | null) =>
    nanoseconds === null ? 'not known' : nanosecondsText(nanoseconds);
  return [
    ['file', printable(file.path)],
    ...(file.target === null
      ? []
      : [['link leads to', printable(file.target)] as [string, string]]),
    ...(file.sizeInBytes === null
      ? [['status', 'not known: not a file of this machine'] as [string, string]]
      : ([
          ['size', bytesText(file.sizeInBytes)],
          ['modified', time(file.modified)],
          ['changed', time(file.changed)],
          ['created', time(file.created)],
        ] as [string, string][])),
    ...(file.sha256 === null ? [] : [['SHA-256', file.sha256] as [string, string]]),
  ];
}

/** The exact number too, because evidence needs it. */
function bytesText(bytes: number): string {
  const short = sizeText(bytes);
  return short.endsWith(' bytes') ? short : `${bytes} bytes (${short})`;
}
