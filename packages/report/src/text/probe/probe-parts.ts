// Imports much: it gathers the sections of a report, each from its own file.
import {
  type Confidence,
  type Dump,
  type EvidenceRow,
  printable,
  type ReportTable,
  type Verdict,
} from '@vmcorekit/core';
import { plainStyle } from '../../layout/style.ts';
import { textTable } from '../../table/text-table.ts';
import { claimText, type PlaceWord, placeWords } from '../claim-text.ts';
import { crashedFirst } from '../crashed-first.ts';
import { conditionColumns, maxConditions } from '../damage-lines.ts';
import { evidenceGroups } from '../evidence-sections.ts';
import { nextFacts } from '../next/next-facts.ts';
import { type NextBlocks, nextBlocks } from '../next/next-lines.ts';
import { type OriginAnswer, originAnswers } from '../origin-lines.ts';
import { answerFacts } from './answer-facts.ts';
import { candidateColumns } from './candidate-lines.ts';
import type { ProbeReportContext } from './context.ts';
import { damageText } from './damage-line.ts';
import { type Doubt, doubtsOf } from './doubt-lines.ts';
import { dumpFacts } from './dump-facts.ts';
import { kernelFacts } from './kernel-facts.ts';
import { layoutColumns, layoutRows, notRunColumns, remarkColumns } from './search-notes.ts';

/** The full report of a search as data, for what draws it by itself. All text is ready to show. */
export interface ProbeParts {
  readonly confidence: Confidence;
  readonly explanation: string;
  readonly facts: readonly (readonly [label: string, value: string])[];
  /** Why the answer is uncertain, what may help, what failed, what the file lost. */
  readonly doubts: readonly Doubt[];
  readonly evidence: readonly { readonly title: string; readonly rows: readonly EvidencePart[] }[];
  readonly contradictions: readonly EvidencePart[];
  /** No rows where there is only one. */
  readonly candidates: ReportTable;
  readonly layouts: ReportTable;
  readonly origin: readonly OriginAnswer[];
  /** The first twenty conditions of the file; `damageCount` is the number of all. */
  readonly damage: ReportTable;
  readonly damageCount: number;
  readonly remarks: ReportTable;
  readonly notRun: ReportTable;
  readonly refusedSymbols: readonly { readonly file: string; readonly because: string }[];
  readonly next: NextBlocks;
}

/** One row of evidence. */
export interface EvidencePart {
  readonly by: string;
  readonly kind: string;
  readonly strength: string;
  readonly isWitness: boolean;
  readonly claim: string;
  readonly because: string;
  /** The places that it was read from, each in words. */
  readonly at: readonly (readonly PlaceWord[])[];
}

/** The answer of a search in parts, with the words of `probeReport`. */
export function probeParts(
  dump: Dump,
  verdict: Verdict,
  { vmlinuxOf, here }: Pick<ProbeReportContext, 'vmlinuxOf' | 'here'>,
): ProbeParts {
  const { candidates, confidence } = verdict;
  return {
    confidence,
    explanation: printable(verdict.explanation),
    facts: [...knownOfKernel(dump, verdict, vmlinuxOf), ...dumpFacts(dump, verdict)],
    doubts: [
      ...doubtsOf(verdict, vmlinuxOf),
      ...(dump.damage.length === 0 ? [] : [{ title: 'Damage', text: damageText(dump) }]),
    ],
    evidence: evidenceGroups(verdict)
      .map(({ title, rows }) => ({ title, rows: rows.map(evidencePart) }))
      .filter(({ rows }) => rows.length > 0),
    contradictions: verdict.contradictions.map(evidencePart),
    candidates: textTable(
      candidateColumns(candidates),
      candidates.length < 2 ? [] : crashedFirst(candidates),
    ),
    layouts: textTable(layoutColumns, layoutRows(verdict.memoryLayout)),
    origin: originAnswers(verdict.origin),
    damage: textTable(conditionColumns, dump.damage.slice(0, maxConditions)),
    damageCount: dump.damage.length,
    remarks: textTable(remarkColumns, verdict.remarks),
    notRun: textTable(notRunColumns, verdict.notRun),
    refusedSymbols: verdict.refusedSymbols.map(({ file, because }) => ({
      file: printable(file),
      because: printable(because),
    })),
    next: nextBlocks(nextFacts(dump, verdict, here), verdict, vmlinuxOf),
  };
}

/** First what the short report says, then what only the full one has. */
function knownOfKernel(
  dump: Dump,
  { kernel, origin }: Verdict,
  vmlinuxOf: ProbeReportContext['vmlinuxOf'],
): ProbeParts['facts'] {
  if (kernel === null) {
    return [];
  }
  const style = plainStyle();
  const first = answerFacts(dump, kernel, origin, style, vmlinuxOf);
  const shown = new Set(first.map(([label]) => label));
  const others = kernelFacts(kernel, style, vmlinuxOf).filter(([label]) => !shown.has(label));
  return [...first, ...others];
}

function evidencePart(row: EvidenceRow): EvidencePart {
  return {
    by: printable(row.by),
    kind: row.evidence,
    strength: row.strength,
    isWitness: row.isWitness,
    claim: claimText(row.claim),
    because: printable(row.because),
    at: row.at.map(placeWords),
  };
}
