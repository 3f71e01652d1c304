import { type Analyzer, defineAnalyzer, printableLine } from '@vmcorekit/core';
import { type CrashKind, type CrashSignature, crashSummaryOf } from '@vmcorekit/linux';
import { kernelAnswer } from '../kernel-answer.ts';

/** The `data` of the `panic-signature` analyzer. */
export interface PanicSignatureReport {
  /** `running`: the kernel did not crash. Null where that is not proved, or what crashed it. */
  readonly kind: CrashKind | 'running' | null;
  /** Null of a kernel that runs, and where the kind is not known. */
  readonly signature: CrashSignature | null;
  /** The module of the first function from the crash on that is of one. */
  readonly module: string | null;
  /** What is not certain, a sentence each. */
  readonly doubts: readonly string[];
}

/**
 * What a crash is called, so that dumps of one bug fall together: its kind, its message without
 * numbers, the functions that led to it, and a hash of them. The data is a `PanicSignatureReport`;
 * null where there is no kernel to ask.
 */
export const panicSignature: Analyzer<PanicSignatureReport | null> = defineAnalyzer({
  name: 'panic-signature',
  summary: 'what the crash is called, so that dumps of one bug fall together',
  options: {},
  *run(context) {
    return yield* kernelAnswer(context, { head: 'no answer to what crashed' }, function* (kernel) {
      const { signature, isRunning, module, panic, doubts } = yield* crashSummaryOf(kernel);
      const data: PanicSignatureReport = {
        kind: signature?.kind ?? (isRunning ? 'running' : null),
        signature,
        module,
        doubts,
      };
      return {
        text: signatureLines(data),
        data,
        ...(panic.value === null ? {} : { sources: { panic: panic.from } }),
        remarks: [...kernel.types.remarks, ...doubts],
      };
    });
  },
});

/** The signature for people. */
export function signatureLines({ kind, signature, module }: PanicSignatureReport): string[] {
  if (signature === null) {
    return [
      kind === 'running'
        ? 'the kernel was running: no crash, so no signature'
        : 'what crashed the kernel is not known: no signature',
    ];
  }
  const { hash, message, functions, isWhole } = signature;
  const fields = [
    ['hash', hash ?? 'none: different bugs share this signature'],
    ['kind', signature.kind],
    ['message', message],
    ...(module === null ? [] : [['module', module]]),
    ...functions.map((name, index) => [index === 0 ? 'functions' : '', name]),
    ...(isWhole ? [] : [['functions', 'not known']]),
  ];
  return fields.map(([name = '', value]) => printableLine(`${name.padEnd(10)}  ${value}`));
}
