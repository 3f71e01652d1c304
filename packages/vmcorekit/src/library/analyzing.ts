import type * as analyzers from '@vmcorekit/analyzers';
import type { Analyzer, OptionSpecs, Options } from '@vmcorekit/core';
import type { WorkOptions } from './work-options.ts';

type DataOf<Which> = Which extends Analyzer<infer Data, infer _Specs> ? Data : never;

/** The `data` of the analyzers, by name. A plug-in may declare its own here. */
export interface AnalyzerData {
  'kernel-description': DataOf<typeof analyzers.kernelDescription>;
  'kernel-log': DataOf<typeof analyzers.kernelLog>;
  'memory-map': DataOf<typeof analyzers.memoryMap>;
  vmcoreinfo: DataOf<typeof analyzers.vmcoreinfo>;
}

/** Options of one analyzer, by name. A text is read as on the command line. */
export interface AnalyzeOptions<Specs extends OptionSpecs = OptionSpecs> extends WorkOptions {
  readonly options?: {
    readonly [Name in keyof Specs]?: NonNullable<Options<Specs>[Name]> | string;
  };
}
