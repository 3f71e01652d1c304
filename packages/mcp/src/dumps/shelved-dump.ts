import type { LocateResult, OpenedDump } from 'vmcorekit';
import type { Configured } from 'vmcorekit/configured';
import type { Answer } from '../answers/answer.ts';
import { Turns } from '../running/turns.ts';
import type { Work } from '../running/work.ts';

/** Answers that a cursor may go on with; an older one is made again. */
const maxKept = 4;

/** An opened dump, and what the search for its kernel found. */
export interface Subject {
  readonly dump: OpenedDump;
  readonly found: LocateResult;
}

/** One dump of the command line: opened at its first use, and its kernel searched for once. */
export class ShelvedDump {
  readonly id: string;
  /** The plain name of its file. */
  readonly name: string;
  readonly #paths: readonly string[];
  readonly #configured: Configured;
  readonly #symbols: readonly string[];
  readonly #turns: Turns;
  readonly #turnsOfAll: Turns;
  readonly #kept: Map<string, Answer> = new Map();
  #opened: OpenedDump | null = null;
  #found: LocateResult | null = null;

  constructor(given: {
    readonly id: string;
    readonly name: string;
    readonly paths: readonly string[];
    readonly configured: Configured;
    readonly symbols: readonly string[];
    /** Of the work on all dumps. */
    readonly turns: Turns;
  }) {
    this.id = given.id;
    this.name = given.name;
    this.#paths = given.paths;
    this.#configured = given.configured;
    this.#symbols = given.symbols;
    this.#turns = new Turns(given.id, 1);
    this.#turnsOfAll = given.turns;
  }

  /**
   * The answer of a call, kept or made. One call at a time works on a dump. `call` names the tool
   * and its arguments.
   */
  async answer(
    call: string,
    work: Work,
    make: (subject: Subject) => Promise<Answer>,
  ): Promise<Answer> {
    return await this.#alone(work, async () => {
      const kept = this.#kept.get(call);
      if (kept !== undefined) {
        return kept;
      }
      const answer = await make(await this.#located(work));
      const [oldest] = this.#kept.keys();
      if (this.#kept.size >= maxKept && oldest !== undefined) {
        this.#kept.delete(oldest);
      }
      this.#kept.set(call, answer);
      return answer;
    });
  }

  /** Opens the dump, and closes it with the server. Throws what opening throws. */
  async open(work: Work): Promise<OpenedDump> {
    return await this.#alone(work, async () => await this.#open(work));
  }

  close(): void {
    this.#opened?.close();
  }

  async #alone<Result>({ signal }: Work, make: () => Promise<Result>): Promise<Result> {
    return await this.#turns.take(signal, async () => await this.#turnsOfAll.take(signal, make));
  }

  async #open(work: Work): Promise<OpenedDump> {
    this.#opened ??= await this.#configured.open(this.#paths, work);
    return this.#opened;
  }

  async #located(work: Work): Promise<Subject> {
    const dump = await this.#open(work);
    this.#found ??= await dump.locate({ ...work, symbols: this.#symbols });
    return { dump, found: this.#found };
  }
}
