import { type IdentifiedSource, splitKeyOf } from '@vmcorekit/engine';
import { FileQueue, type NamedFile } from './named-file.ts';

/** A file that was identified as a dump or a part of one; or the error. */
export type Identified = { readonly file: NamedFile } & (
  | { readonly part: IdentifiedSource }
  | { readonly error: unknown }
);

/** A file that waits for its turn. If it was closed, it is identified again then. */
type Waiting = Identified | { readonly file: NamedFile; readonly set: string | null };

/** How many files stay open during the search for the other parts of a split dump. */
const mostOpen = 16;

/** As many as `convert --split` writes. A folder full of copies of one part is no dump. */
const mostParts = 1000;

/**
 * Files in their order, each identified when its turn comes. Looks ahead only to find the other
 * parts of a split dump.
 */
export class LookAhead {
  readonly #queue: FileQueue;
  readonly #identify: (file: NamedFile) => Promise<Identified>;
  #waiting: Waiting[] = [];
  /** Of those that wait. */
  #openCount = 0;

  /** `identify` may only reject on Ctrl-C. */
  constructor(
    files: Iterable<NamedFile> | AsyncIterable<NamedFile>,
    identify: (file: NamedFile) => Promise<Identified>,
  ) {
    this.#queue = new FileQueue(files);
    this.#identify = identify;
  }

  /** The next file; undefined after the last. The caller owns its part. */
  async next(): Promise<Identified | undefined> {
    const waiting = this.#waiting.shift();
    if (waiting !== undefined) {
      this.#openCount -= 'part' in waiting ? 1 : 0;
      return 'set' in waiting ? await this.#identify(waiting.file) : waiting;
    }
    const file = await this.#queue.take();
    return file === undefined ? undefined : await this.#identify(file);
  }

  /**
   * All parts of the split dump that `first` belongs to, itself included; of more than 1000 the
   * first ones, and the others come later, as another. If a walk met it, only parts in its folder
   * count. The caller owns them.
   */
  async setOf(first: NamedFile, part: IdentifiedSource): Promise<IdentifiedSource[]> {
    const set = [part];
    const key = splitKeyOf(part);
    if (key === null) {
      return set;
    }
    try {
      const { foundIn } = first;
      for (let ahead = await this.#queue.peek(); ahead?.foundIn === foundIn; ) {
        await this.#queue.take();
        this.#wait(await this.#identify(ahead), key);
        ahead = await this.#queue.peek();
      }
      for (const one of this.#takeSet(key)) {
        const again = 'set' in one ? await this.#identify(one.file) : one;
        if ('part' in again) {
          set.push(again.part);
        } else {
          this.#waiting.unshift(again);
        }
      }
      return set;
    } catch (error) {
      for (const taken of set) {
        taken[Symbol.dispose]();
      }
      throw error;
    }
  }

  /** Closes what still waits, and ends the walk. */
  async close(): Promise<void> {
    for (const one of this.#waiting) {
      if ('part' in one) {
        one.part[Symbol.dispose]();
      }
    }
    this.#waiting = [];
    this.#openCount = 0;
    await this.#queue.close();
  }

  /** Keeps a file for its turn: open if it belongs to the set, or if few others are open. */
  #wait(one: Identified, sought: string): void {
    const set = 'part' in one ? splitKeyOf(one.part) : null;
    const most = set === sought ? mostParts - 1 : mostOpen;
    if ('part' in one && this.#openCount >= most) {
      one.part[Symbol.dispose]();
      this.#waiting.push({ file: one.file, set });
    } else {
      this.#openCount += 'part' in one ? 1 : 0;
      this.#waiting.push(one);
    }
  }

  #takeSet(key: string): Waiting[] {
    const belongs = (one: Waiting): boolean =>
      ('part' in one ? splitKeyOf(one.part) : 'set' in one ? one.set : null) === key;
    const taken = this.#waiting.filter(belongs).slice(0, mostParts - 1);
    const isTaken = new Set(taken);
    this.#openCount -= taken.filter((one) => 'part' in one).length;
    this.#waiting = this.#waiting.filter((one) => !isTaken.has(one));
    return taken;
  }
}
