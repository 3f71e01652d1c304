import {
  type BlockIndex,
  type ByteSource,
  CachedSource,
  type Damage,
  hex,
  latin1Text,
  type Progress,
  plural,
  VmcorekitError,
} from '@vmcorekit/core';
import { BoundedIndex } from '../packed-blocks.ts';
import { paddingIn } from './base64.ts';

const chunkInBytes: number = 1 << 20;
/** A line of a MiB and more is decoded in parts. A multiple of four. */
const blockInBytes: number = 128 << 10;
const lineFeed = 0x0a;
const blank = 0x20;
/** A report has some dozens of fields, few of them in base64. */
const maxFields = 1000;
const maxNameInBytes = 128;
const encoding = ': base64';
const advice = 'unpack it first: apport-unpack FILE FOLDER';

/** A field whose value is in base64: its lines, each a text of its own. */
export interface EncodedField {
  readonly name: string;
  readonly index: BlockIndex;
}

export interface ReportFields {
  readonly fields: readonly EncodedField[];
  readonly damage: readonly Damage[];
}

/**
 * Finds the fields of a report that are in base64, and their lines, without decoding them. Throws
 * `unsupported` for too many.
 */
export function* walkFields(file: ByteSource): Generator<Progress, ReportFields, void> {
  const walk = new Walk(file);
  const chunk = new Uint8Array(chunkInBytes);
  let lineStart = 0;
  for (let at = 0; at < file.sizeInBytes; ) {
    yield { kind: 'progress', doing: 'listing a crash report', fraction: at / file.sizeInBytes };
    const part = chunk.subarray(0, file.readInto(at, chunk));
    for (let end = part.indexOf(lineFeed); end >= 0; end = part.indexOf(lineFeed, end + 1)) {
      walk.line(lineStart, at + end);
      lineStart = at + end + 1;
    }
    at += part.length;
  }
  if (lineStart < file.sizeInBytes) {
    walk.cutLine(lineStart, file.sizeInBytes);
  }
  return walk;
}

class Walk implements ReportFields {
  readonly fields: EncodedField[] = [];
  readonly damage: Damage[] = [];
  /** Small reads at both ends of each line. */
  readonly #cached: CachedSource;
  #index: BlockIndex | undefined;

  constructor(file: ByteSource) {
    this.#cached = new CachedSource(file);
  }

  /** A line, without its line feed. */
  line(start: number, end: number): void {
    if (this.#bytes(start, 1)[0] !== blank) {
      this.#beginField(start, end);
    } else if (this.#index !== undefined && end - start > 1) {
      this.#addText(this.#index, start + 1, end);
    }
  }

  /** The last line, if the file ends within it. */
  cutLine(start: number, end: number): void {
    if (this.#index === undefined || this.#bytes(start, 1)[0] !== blank) {
      return;
    }
    const whole = end - ((end - start - 1) % 4);
    if (whole > start + 1) {
      this.#addText(this.#index, start + 1, whole);
    }
    this.damage.push({
      name: 'archive-unfinished',
      loses: 'nothing',
      detail: `the crash report ends within a line of base64 at ${hex(start)}, after ${end - start} bytes of it`,
      fileOffset: end,
    });
  }

  #beginField(start: number, end: number): void {
    const isShort = end - start <= maxNameInBytes + encoding.length;
    const text = latin1Text(this.#bytes(start, isShort ? end - start : 0));
    this.#index = undefined;
    if (text.endsWith(encoding)) {
      if (this.fields.length === maxFields) {
        throw new VmcorekitError('unsupported', {
          what: `a crash report of more than ${maxFields} fields in base64 (at file offset ${start})`,
          advice,
        });
      }
      this.#index = new BoundedIndex('base64', advice);
      this.fields.push({ name: text.slice(0, -encoding.length), index: this.#index });
    }
  }

  #addText(index: BlockIndex, start: number, end: number): void {
    const length = end - start;
    if (length % 4 !== 0) {
      this.#index = undefined;
      this.damage.push({
        name: 'archive-damaged',
        loses: 'page',
        detail: `a line of base64 at ${hex(start)} in the crash report has ${plural(length, 'character')}, wanted a multiple of 4; only the lines before it are read`,
        fileOffset: start,
      });
      return;
    }
    for (let at = start; at < end; at += blockInBytes) {
      const packed = Math.min(blockInBytes, end - at);
      const padded = at + packed === end ? paddingIn(this.#bytes(end - 2, 2)) : 0;
      index.push(at, packed, (packed / 4) * 3 - padded);
    }
  }

  #bytes(start: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, this.#cached.readInto(start, bytes));
  }
}
