import type { Report } from '@vmcorekit/core';
import { analysisText, type Json, plainJson, plainStyle } from '@vmcorekit/report';
import { dumpJson, dumpText } from './dump-text.ts';

/** What a tool found, whole, with all text made safe. */
export interface Answer {
  readonly lines: readonly string[];
  /** Null where the dump holds no answer; the lines then say why. */
  readonly data: Json;
  /** What the reader should know of the answer, a sentence each. */
  readonly remarks: readonly string[];
  /** The source of each part. */
  readonly sources: Readonly<Record<string, string>>;
}

/** An answer of lines and data. `text` is ready to print, and its lines end with a line feed. */
export function answerOf(text: string, data: Json, remarks: readonly string[] = []): Answer {
  return {
    lines: text.trimEnd().split('\n').map(dumpText),
    data: dumpJson(data),
    remarks: remarks.map(dumpText),
    sources: {},
  };
}

/** The report of an analyzer as an answer. Throws for data that JSON cannot hold. */
export function answerOfReport({ text, data, remarks = [], sources = {} }: Report): Answer {
  return {
    ...answerOf(analysisText(text, plainStyle()), plainJson(data), remarks),
    sources: Object.fromEntries(
      Object.entries(sources).map(([part, source]) => [dumpText(part), dumpText(source)]),
    ),
  };
}
