import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';

/** A text that does not come by then never comes: a busy machine needs a tenth of it. */
const patienceInMilliseconds = 300_000;
const lookEveryMilliseconds = 100;

export const hasTmux: boolean = spawnSync('tmux', ['-V']).status === 0;

/** A program in a pseudo terminal, driven by tmux. Nothing in it depends on how long work takes. */
export class Terminal implements Disposable {
  readonly #socket = `vmcorekit-${randomUUID()}`;

  /** `line` is for the system's shell. */
  constructor(line: string, { columns = 100, rows = 24 } = {}) {
    this.#tmux('new-session', '-d', '-x', String(columns), '-y', String(rows), line);
  }

  /** Presses keys: texts, and names like `Enter`, `Tab`, `C-c`. Each goes alone, as typed. */
  press(...keys: readonly string[]): void {
    for (const key of keys) {
      const isName = /^(?:Enter|Tab|Up|C-[a-z])$/.test(key);
      this.#tmux('send-keys', ...(isName ? [] : ['-l']), '--', key);
    }
  }

  resize(columns: number, rows: number): void {
    this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  /** What the terminal shows. */
  get screen(): string {
    return this.#tmux('capture-pane', '-p').trimEnd();
  }

  /** Waits until the screen has such a text. Throws with the screen if it never comes. */
  async shows(wanted: RegExp): Promise<string> {
    const end = performance.now() + patienceInMilliseconds;
    for (;;) {
      const { screen } = this;
      if (wanted.test(screen)) {
        return screen;
      }
      if (performance.now() > end) {
        throw new Error(`the terminal never showed ${String(wanted)}:\n${screen}`);
      }
      await setTimeout(lookEveryMilliseconds);
    }
  }

  [Symbol.dispose](): void {
    this.#tmux('kill-server');
  }

  #tmux(...args: readonly string[]): string {
    const { stdout, stderr, status } = spawnSync(
      'tmux',
      ['-L', this.#socket, '-f', '/dev/null', ...args],
      {
        encoding: 'utf8',
      },
    );
    if (status !== 0 && args[0] !== 'kill-server') {
      throw new Error(`tmux ${args.join(' ')}: ${stderr}`);
    }
    return stdout;
  }
}
