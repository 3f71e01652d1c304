/** Lets a few works run at once, and some more wait for their turn. */
export class Turns {
  readonly #maxRunning: number;
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(maxRunning: number, maxWaiting: number) {
    this.#maxRunning = maxRunning;
    this.#maxWaiting = maxWaiting;
  }

  /** Runs the work in its turn, and returns what it gives; undefined if too many wait. */
  take<Result>(work: () => Promise<Result>): Promise<Result> | undefined {
    if (this.#running < this.#maxRunning) {
      this.#running++;
      return this.#run(work);
    }
    if (this.#waiting.length >= this.#maxWaiting) {
      return undefined;
    }
    return new Promise<void>((resolve) => this.#waiting.push(resolve)).then(() => this.#run(work));
  }

  async #run<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) {
        this.#running--;
      } else {
        next();
      }
    }
  }
}
