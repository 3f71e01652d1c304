import type * as analyzers from '@vmcorekit/analyzers';
import type { Analyzer, OptionSpecs, Options } from '@vmcorekit/core';
import type { WorkOptions } from './work-options.ts';

type DataOf<Which> = Which extends Analyzer<infer Data, infer _Specs> ? Data : never;

/** The `data` of the analyzers, by name. A plug-in may declare its own here. */
export interface AnalyzerData {
  bpf: DataOf<typeof analyzers.bpf>;
  bt: DataOf<typeof analyzers.bt>;
  'crash-summary': DataOf<typeof analyzers.crashSummary>;
  dis: DataOf<typeof analyzers.dis>;
  dev: DataOf<typeof analyzers.dev>;
  extract: DataOf<typeof analyzers.extract>;
  files: DataOf<typeof analyzers.files>;
  irq: DataOf<typeof analyzers.irq>;
  'kernel-description': DataOf<typeof analyzers.kernelDescription>;
  'kernel-log': DataOf<typeof analyzers.kernelLog>;
  kmem: DataOf<typeof analyzers.kmem>;
  list: DataOf<typeof analyzers.list>;
  locks: DataOf<typeof analyzers.locks>;
  'memory-map': DataOf<typeof analyzers.memoryMap>;
  mod: DataOf<typeof analyzers.mod>;
  mount: DataOf<typeof analyzers.mount>;
  net: DataOf<typeof analyzers.net>;
  'panic-signature': DataOf<typeof analyzers.panicSignature>;
  print: DataOf<typeof analyzers.print>;
  ps: DataOf<typeof analyzers.ps>;
  runq: DataOf<typeof analyzers.runq>;
  struct: DataOf<typeof analyzers.struct>;
  sym: DataOf<typeof analyzers.sym>;
  timer: DataOf<typeof analyzers.timer>;
  vm: DataOf<typeof analyzers.vm>;
  vmcoreinfo: DataOf<typeof analyzers.vmcoreinfo>;
  whatis: DataOf<typeof analyzers.whatis>;
  workqueue: DataOf<typeof analyzers.workqueue>;
}

/** Options of one analyzer, by name. A text is read as on the command line. */
export interface AnalyzeOptions<Specs extends OptionSpecs = OptionSpecs> extends WorkOptions {
  readonly options?: {
    readonly [Name in keyof Specs]?: NonNullable<Options<Specs>[Name]> | string;
  };
}
