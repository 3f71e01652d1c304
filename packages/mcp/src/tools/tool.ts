import type { JsonObject } from '@vmcorekit/report';
import type { Answer } from '../answers/answer.ts';
import type { Subject } from '../dumps/shelved-dump.ts';
import type { Work } from '../running/work.ts';

export type Given = Readonly<Record<string, unknown>>;
export type MakeAnswer = (subject: Subject, work: Work) => Promise<Answer>;

/** A tool about one dump. `dump` and `cursor` are not among its own arguments. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  /** For the model that chooses it. */
  readonly description: string;
  readonly inputs: Inputs;
  /** Checks the arguments before any dump is opened. Throws `usage` and `unknown-name`. */
  prepare(given: Given): MakeAnswer;
}

/** The arguments, as the properties of a JSON Schema. */
export interface Inputs {
  readonly properties: JsonObject;
  readonly required: readonly string[];
}
