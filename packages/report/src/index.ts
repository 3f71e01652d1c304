export { describeError, type ErrorDescription } from './describe-error.ts';
export { errorBrief } from './error-brief.ts';
export { type Analysis, analysisJson, reasonLines } from './json/analysis-json.ts';
export { comparisonJson } from './json/comparison-json.ts';
export { analyzersJson, heuristicsJson } from './json/contributions-json.ts';
export { describeJson } from './json/describe-json.ts';
export { conditionsJson, dumpJson, filesJson } from './json/dump-json.ts';
export { errorJson } from './json/error-json.ts';
export { foundJson } from './json/found-json.ts';
export { infoJson } from './json/info-json.ts';
export { addressJson, type Json, type JsonObject, jsonLine, plainJson } from './json/json-line.ts';
export { MemoryJson, type MemoryRequest } from './json/memory-json.ts';
export { probeJson } from './json/probe-json.ts';
export { changesJson, planJson } from './json/repair-json.ts';
export { transferJson } from './json/transfer-json.ts';
export { translationJson } from './json/translation-json.ts';
export { kernelJson, verdictJson } from './json/verdict-json.ts';
export { verificationJson } from './json/verification-json.ts';
export { convertedJson, writtenJson } from './json/written-json.ts';
export { hexDump } from './layout/hex-dump.ts';
export { facts, section } from './layout/section.ts';
export { type Paint, plainStyle, type Style } from './layout/style.ts';
export { type Displayable, display, displayable, type MimeBundle } from './notebook/mime-bundle.ts';
export { reportBundle, textBundle } from './notebook/notebook-views.ts';
export type { FileProvenance, Provenance } from './provenance.ts';
export { foundColumns } from './rows/found-columns.ts';
export { heuristicColumns, heuristicRows } from './rows/heuristic-columns.ts';
export { probeColumns } from './rows/probe-columns.ts';
export { type ProbeRow, probeRow, type RowError, unreadRow } from './rows/probe-row.ts';
export { ProbeTotals } from './rows/probe-totals.ts';
export { csvHead, csvRow } from './table/csv.ts';
export type { DataColumn } from './table/data-column.ts';
export { rowJson } from './table/row-json.ts';
export { RowLines } from './table/row-lines.ts';
export { tableLines } from './table/table-lines.ts';
export { analysisText } from './text/analysis-text.ts';
export type { PlaceWord } from './text/claim-text.ts';
export { comparisonReport } from './text/comparison-report.ts';
export { analyzersReport, heuristicsReport } from './text/contributions-report.ts';
export { type DescribeParts, describeParts } from './text/describe-parts.ts';
export {
  type DescribeAnswer,
  type DescribeReportContext,
  describeReport,
} from './text/describe-report.ts';
export { differentDumpsText } from './text/different-dumps.ts';
export { dumpText } from './text/dump-text.ts';
export { type FoundAnswer, foundNotes, foundReport } from './text/found-report.ts';
export { type InfoParts, infoParts } from './text/info-parts.ts';
export { type InfoAnswer, infoReport } from './text/info-report.ts';
export { kernelPlaceText } from './text/kernel-place.ts';
export type { NextFacts } from './text/next/next-facts.ts';
export type { NextBlocks } from './text/next/next-lines.ts';
export type { OriginAnswer } from './text/origin-lines.ts';
export { pace } from './text/pace.ts';
export type { ProbeReportContext } from './text/probe/context.ts';
export { type EvidencePart, type ProbeParts, probeParts } from './text/probe/probe-parts.ts';
export { probeReport } from './text/probe/probe-report.ts';
export { changeLines, headersText, planLines, type RepairSummary } from './text/repair-report.ts';
export { shellWord } from './text/shell-word.ts';
export { type SymbolPackage, symbolPackageOf } from './text/symbol-package.ts';
export { symbolText } from './text/symbol-text.ts';
export type { SystemRow } from './text/system-lines.ts';
export { type TranslationAnswer, translationReport } from './text/translation-report.ts';
export { verificationReport } from './text/verification-report.ts';
export {
  limitLines,
  lossLines,
  type WrittenDump,
  writtenReport,
} from './text/written-report.ts';
