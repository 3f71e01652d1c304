import type { Analysis, PackedTable } from '../../protocol/analysis-calls.ts';

/** All symbols of a kernel take about 30 MB; several large answers are kept. */
const usualMaxBytes = 64 * 1024 * 1024;

interface Kept {
  readonly analysis: Promise<Analysis>;
  /** 0 until it has come. */
  sizeInBytes: number;
}

/**
 * The answers that were used last, as many as have room. The one used last always stays. A failure
 * is not kept: the next caller may have more luck.
 */
export class KeptAnalyses {
  readonly #maxBytes: number;
  /** The one used last is at the end. */
  readonly #kept: Map<string, Kept> = new Map();

  constructor(maxBytes: number = usualMaxBytes) {
    this.#maxBytes = maxBytes;
  }

  /** The answer that is kept under a key, or else what `start` begins. */
  get(key: string, start: () => Promise<Analysis>): Promise<Analysis> {
    const kept = this.#kept.get(key) ?? this.#begin(key, start());
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    return kept.analysis;
  }

  clear(): void {
    this.#kept.clear();
  }

  #begin(key: string, analysis: Promise<Analysis>): Kept {
    const kept: Kept = { analysis, sizeInBytes: 0 };
    analysis.then(
      (answer) => {
        kept.sizeInBytes = sizeOf(answer);
        this.#dropOldest();
      },
      () => {
        if (this.#kept.get(key) === kept) {
          this.#kept.delete(key);
        }
      },
    );
    return kept;
  }

  #dropOldest(): void {
    let total = 0;
    for (const { sizeInBytes } of this.#kept.values()) {
      total += sizeInBytes;
    }
    for (const [key, { sizeInBytes }] of this.#kept) {
      if (total <= this.#maxBytes || this.#kept.size === 1) {
        return;
      }
      // What still runs has no size, and dropping it would run it twice.
      if (sizeInBytes > 0) {
        total -= sizeInBytes;
        this.#kept.delete(key);
      }
    }
  }
}

/** What an answer takes, about: a character has two bytes at most. */
function sizeOf({ text, rows, svg }: Analysis): number {
  // A table may be both in the text and the rows.
  const tables = new Set<PackedTable>(rows === null ? [] : [rows]);
  let size = 2 * (svg?.length ?? 0) + 1;
  for (const part of text) {
    if (typeof part === 'string') {
      size += 2 * part.length;
    } else {
      tables.add(part);
    }
  }
  for (const { columns } of tables) {
    for (const column of columns) {
      size += 2 * column.text.length + column.ends.byteLength;
    }
  }
  return size;
}
