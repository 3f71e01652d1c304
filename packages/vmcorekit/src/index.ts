export type { MemoryMap, VmcoreInfoReport } from '@vmcorekit/analyzers';
export type {
  Analyzer,
  AnalyzerContext,
  Architecture,
  ByteSink,
  ByteSource,
  Candidate,
  CompressionMethod,
  Confidence,
  Cpu,
  Damage,
  DeclaredType,
  Dump,
  DumpImage,
  ErrorCode,
  ErrorFacts,
  EvidenceRow,
  FileChange,
  Finding,
  Heuristic,
  HeuristicContext,
  Kernel,
  KernelCache,
  KernelClaim,
  KernelLayout,
  KernelMemory,
  KernelModule,
  KernelObject,
  KernelStruct,
  KernelSymbol,
  LocatedKernel,
  NoKernelReason,
  NotRun,
  OptionSpecs,
  Options,
  OptionValue,
  Origin,
  PageFilter,
  PhysicalMemory,
  Plugin,
  Progress,
  ReadStatistics,
  RefusedSymbols,
  Report,
  StackEnd,
  StackFrame,
  StackTrace,
  StoredPage,
  StructType,
  SymbolTable,
  Task,
  TypeTable,
  Unwinder,
  Verdict,
  VirtualAddress,
  VmcoreInfo,
  Witness,
  WriteReport,
} from '@vmcorekit/core';
export {
  BufferSource,
  defineAnalyzer,
  defineHeuristic,
  definePlugin,
  isUnreadable,
  isVmcorekitError,
  noSymbols,
  reportLines,
  resultOf,
  storedPages,
  tryRead,
  VmcorekitError,
} from '@vmcorekit/core';
export type {
  Comparison,
  Fact,
  FoundPlace,
  MemoryDigest,
  SystemFacts,
  Toolkit,
  Verification,
} from '@vmcorekit/engine';
export { userIndexCache, userKernelCache } from '@vmcorekit/node';
export type { Displayable, MimeBundle, Provenance, WrittenDump } from '@vmcorekit/report';
export type { AnalyzeOptions, AnalyzerData } from './library/analyzing.ts';
export { createDefaultToolkit, defaultPlugins } from './library/default-toolkit.ts';
export type { DescribeOptions, Description } from './library/describing/describe-dump.ts';
export type { FindOptions, Found, Wanted } from './library/finding/find.ts';
export type { LocateOptions, LocateResult } from './library/locating.ts';
export { type DumpInput, type OpenOptions, open } from './library/open.ts';
export type { OpenedDump } from './library/opened-dump.ts';
export type { RepairPlan } from './library/repairing/plan-repair.ts';
export type {
  ChangedDump,
  RepairedDump,
  RepairInPlaceOptions,
  RepairOptions,
} from './library/repairing/repair.ts';
export type { VerifyOptions } from './library/verifying/verify-in-threads.ts';
export type { WorkOptions } from './library/work-options.ts';
export type { ConvertOptions, DumpOutput } from './library/writing/convert.ts';
