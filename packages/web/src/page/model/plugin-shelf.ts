import type { PluginOutcome } from '../../protocol/plugin-calls.ts';
import type { PluginFile } from '../../protocol/session-start.ts';
import { nothingOpen, type Supervisor } from '../client/supervisor.ts';

/** Whether a file that the user gave is a program, and no dump. */
export function isPluginFile({ name }: { readonly name: string }): boolean {
  return /\.m?js$/i.test(name);
}

/**
 * The user's plug-ins, for this tab only. Nothing runs before the user has agreed. Sends `change`,
 * and `loaded` when the worker is another one, without a dump.
 */
export class PluginShelf extends EventTarget {
  /** Files that wait for the user's word. */
  asked: readonly PluginFile[] = [];
  files: readonly PluginFile[] = [];
  outcome: PluginOutcome | null = null;
  /** Why none could be loaded. */
  failure: string | null = null;
  readonly #supervisor: Supervisor;

  constructor(supervisor: Supervisor) {
    super();
    this.#supervisor = supervisor;
    supervisor.addEventListener('hung', () => void this.#refresh());
  }

  /** Reads files and asks for them. One of the same name takes the place of the one before. */
  async ask(files: readonly File[]): Promise<void> {
    const given = await Promise.all(
      files.map(async (file) => ({ name: file.name, text: await file.text() })),
    );
    this.asked = merged(this.asked, given);
    this.#changed();
  }

  refuse(): void {
    this.asked = [];
    this.#changed();
  }

  /** Runs the files that were asked for, with those that run already. */
  async accept(): Promise<void> {
    const { asked } = this;
    this.asked = [];
    await this.#load(merged(this.files, asked));
  }

  async remove(name: string): Promise<void> {
    await this.#load(this.files.filter((file) => file.name !== name));
  }

  async #load(files: readonly PluginFile[]): Promise<void> {
    this.files = files;
    this.outcome = null;
    this.failure = null;
    this.#supervisor.restartWith({ plugins: files, leftOut: {} }, nothingOpen);
    this.#changed();
    try {
      this.outcome = await this.#supervisor.call('plugins', {});
    } catch (error) {
      this.failure = error instanceof Error ? error.message : String(error);
      this.files = [];
      this.#supervisor.restartWith({ plugins: [] }, nothingOpen);
    }
    this.#changed();
    this.dispatchEvent(new Event('loaded'));
  }

  /** What hung may be one of them, and was left out. */
  async #refresh(): Promise<void> {
    const { files } = this;
    if (this.outcome === null) {
      return;
    }
    const outcome = await this.#supervisor.call('plugins', {}).catch(() => null);
    if (outcome !== null && files === this.files) {
      this.outcome = outcome;
      this.#changed();
    }
  }

  #changed(): void {
    this.dispatchEvent(new Event('change'));
  }
}

function merged(before: readonly PluginFile[], added: readonly PluginFile[]): PluginFile[] {
  const names = new Set(added.map(({ name }) => name));
  return [...before.filter(({ name }) => !names.has(name)), ...added];
}
