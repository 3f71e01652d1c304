/** How often a worker is asked until it counts as silent. */
const maxUnanswered = 3;

/**
 * Asks a worker now and then whether it still takes messages. Code of a plug-in that runs beside
 * its steps, as in a timer, is not guarded: only the silence shows that it hangs.
 */
export class Heartbeat {
  readonly #timer: number;
  #unanswered = 0;

  /**
   * @param ask sends a question; false where the worker need not answer now
   * @param onSilent called after three questions without any message
   */
  constructor(pauseInMilliseconds: number, ask: () => boolean, onSilent: () => void) {
    this.#timer = window.setInterval(() => {
      if (!ask()) {
        this.#unanswered = 0;
      } else if (this.#unanswered === maxUnanswered) {
        this.stop();
        onSilent();
      } else {
        this.#unanswered += 1;
      }
    }, pauseInMilliseconds);
  }

  /** Any message shows that the worker lives. */
  heard(): void {
    this.#unanswered = 0;
  }

  stop(): void {
    window.clearInterval(this.#timer);
  }
}
