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
import { firstOther, paddingIn } from './base64.ts';

const chunkInBytes: number = 1 << 20;
/** A line of a MiB and more is decoded in parts. A multiple of four. */
const blockInBytes: number = 128 << 10;
const lineFeed = 0x0a;
/** Before the line feed, where a report went through a tool that writes CRLF. */
const carriageReturn = 0x0d;
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
    let from = 0;
    for (let end = part.indexOf(lineFeed); end >= 0; end = part.indexOf(lineFeed, from)) {
      walk.partOfLine(part.subarray(from, end), at + from, lineStart);
      walk.line(lineStart, at + end);
      from = end + 1;
      lineStart = at + from;
    }
    walk.partOfLine(part.subarray(from), at + from, lineStart);
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
  /** Where the line being read has its first byte that is no digit of base64. */
  #otherAt = Infinity;

  constructor(file: ByteSource) {
    this.#cached = new CachedSource(file);
  }

  /** Some bytes of the line that begins at `lineStart`, in order. */
  partOfLine(bytes: Uint8Array, fileOffset: number, lineStart: number): void {
    if (this.#index === undefined || this.#otherAt < Infinity) {
      return;
    }
    const from = fileOffset === lineStart ? 1 : 0;
    const other = firstOther(bytes.subarray(from));
    this.#otherAt = other < 0 ? Infinity : fileOffset + from + other;
  }

  /** A line, without its line feed. */
  line(start: number, lineEnd: number): void {
    const end = this.#withoutReturn(start, lineEnd);
    if (this.#bytes(start, 1)[0] !== blank) {
      this.#beginField(start, end);
    } else if (this.#index !== undefined && end - start > 1) {
      this.#addText(this.#index, start + 1, end);
    }
    this.#otherAt = Infinity;
  }

  /** The last line, if the file ends within it. */
  cutLine(start: number, fileEnd: number): void {
    const end = this.#withoutReturn(start, fileEnd);
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
    const bad = this.#badIn(start, end);
    if (bad !== undefined) {
      this.#push(index, start, bad - ((bad - start) % 4));
      this.#index = undefined;
      this.damage.push({
        name: 'archive-damaged',
        loses: 'page',
        detail: `byte ${hex(this.#bytes(bad, 1)[0] ?? 0)} at ${hex(bad)} in the crash report is none of base64; only what lies before it in its field is read`,
        fileOffset: bad,
      });
      return;
    }
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
    this.#push(index, start, end);
  }

  /** The first byte of a text that may not stand there: padding may at its end. */
  #badIn(start: number, end: number): number | undefined {
    const other = this.#otherAt;
    if (other >= end) {
      return undefined;
    }
    return end - other === paddingIn(this.#bytes(Math.max(start, end - 2), 2)) ? undefined : other;
  }

  #push(index: BlockIndex, start: number, end: number): void {
    for (let at = start; at < end; at += blockInBytes) {
      const packed = Math.min(blockInBytes, end - at);
      const padded = at + packed === end ? paddingIn(this.#bytes(end - 2, 2)) : 0;
      index.push(at, packed, (packed / 4) * 3 - padded);
    }
  }

  #withoutReturn(start: number, end: number): number {
    return end > start && this.#bytes(end - 1, 1)[0] === carriageReturn ? end - 1 : end;
  }

  #bytes(start: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, this.#cached.readInto(start, bytes));
  }
}
