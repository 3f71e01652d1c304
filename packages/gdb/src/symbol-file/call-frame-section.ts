import type { ByteOrder } from '@vmcorekit/core';
import type { CallFrameBlock, CallFrameRule } from '@vmcorekit/linux';
import { ByteWriter } from './byte-writer.ts';
import {
  type FrameKind,
  FrameRuleEncoder,
  frameKindOf,
  frameKinds,
  returnColumnOf,
} from './frame-rule-encoder.ts';
import type { FrameRegisters } from './machines.ts';

const version = 1;
/** In `.debug_frame`, where an FDE has the offset of its CIE. */
const cieId = 0xffff_ffff;
const smallAdvance = 0x40;
const advances = { loc1: 0x02, loc2: 0x03, loc4: 0x04, loc: 0x40 } as const;

/** Some addresses. */
interface Stretch {
  readonly start: bigint;
  readonly end: bigint;
}

/**
 * `.debug_frame` of call-frame rules. Where no rule is given, a stack ends, so that debuggers guess
 * nothing: in programs, and at what is no code. Rules of one function that follow each other share
 * an FDE; `nextFunction` says where the first function after an address begins. Equal rules that
 * follow each other become one row.
 */
export function callFrameSection(
  blocks: Iterable<CallFrameBlock>,
  registers: FrameRegisters,
  nextFunction: (address: bigint) => bigint | undefined,
  byteOrder: ByteOrder,
  wordSizeInBytes: number,
): Uint8Array {
  const out = new ByteWriter(byteOrder, wordSizeInBytes);
  const encoder = new FrameRuleEncoder(registers, wordSizeInBytes);
  const cies = new Map<FrameKind, number>();
  const covered: Stretch[] = [];
  for (const kind of frameKinds) {
    cies.set(kind, out.length);
    writeCie(out, kind, registers, encoder);
  }
  for (const { base, starts, rules } of blocks) {
    const body = new ByteWriter(byteOrder, wordSizeInBytes);
    let kind: FrameKind | undefined;
    let before: CallFrameRule | undefined;
    let from = 0;
    let row = 0;
    let limit = Number.NEGATIVE_INFINITY;
    const flush = (end: number): void => {
      if (kind !== undefined && end > from) {
        const stretch = { start: base + BigInt(from), end: base + BigInt(end) };
        writeFde(out, cies.get(kind) ?? 0, stretch, body);
        covered.push(stretch);
      }
      kind = undefined;
      before = undefined;
      body.length = 0;
    };
    for (let index = 0; index < rules.length; index++) {
      const rule = rules[index];
      const start = starts[index] ?? 0;
      if (rule === undefined) {
        flush(start);
        continue;
      }
      if (kind === undefined || start >= limit || frameKindOf(rule) !== kind) {
        flush(start);
        kind = frameKindOf(rule);
        from = start;
        row = start;
        const next = nextFunction(base + BigInt(start));
        limit = next === undefined ? Number.POSITIVE_INFINITY : Number(next - base);
      }
      if (rule !== before) {
        advance(body, start - row);
        body.bytes(encoder.between(before, rule));
        before = rule;
        row = start;
      }
    }
    flush(starts[rules.length] ?? 0);
  }
  for (const gap of gapsOf(covered, wordSizeInBytes)) {
    writeFde(out, cies.get('none') ?? 0, gap, new ByteWriter(byteOrder, wordSizeInBytes));
  }
  return out.written();
}

/** What every row of its FDEs begins with: where nothing is said, a register is not known. */
function writeCie(
  out: ByteWriter,
  kind: FrameKind,
  registers: FrameRegisters,
  encoder: FrameRuleEncoder,
): void {
  const start = out.length;
  out.uint32(0);
  out.uint32(cieId);
  out.uint8(version);
  out.text(kind === 'signal' ? 'zS' : '');
  out.unsigned(1);
  out.signed(-out.wordSizeInBytes);
  out.uint8(registers.numbers[returnColumnOf(registers, kind)] ?? 0);
  if (kind === 'signal') {
    out.unsigned(0);
  }
  out.bytes(encoder.initial(kind));
  endEntry(out, start);
}

function writeFde(
  out: ByteWriter,
  cie: number,
  { start, end }: Stretch,
  instructions: ByteWriter,
): void {
  const entryStart = out.length;
  out.uint32(0);
  out.uint32(cie);
  out.word(start);
  out.word(end - start);
  out.bytes(instructions.written());
  endEntry(out, entryStart);
}

/** gdb ignores what begins at 0. */
const lowestAddress = 0x1000n;

/** What lies between some stretches, over all addresses. */
function* gapsOf(
  stretches: readonly Stretch[],
  wordSizeInBytes: number,
): Generator<Stretch, void, void> {
  const end = 2n ** BigInt(8 * wordSizeInBytes) - 1n;
  const ascending = [...stretches].sort((one, other) => (one.start < other.start ? -1 : 1));
  let from = lowestAddress;
  for (const stretch of ascending) {
    if (stretch.start > from) {
      yield { start: from, end: stretch.start };
    }
    from = stretch.end > from ? stretch.end : from;
  }
  if (from < end) {
    yield { start: from, end };
  }
}

/** Fills with DW_CFA_nop, which is 0, and says how long the entry is. */
function endEntry(out: ByteWriter, start: number): void {
  out.align(out.wordSizeInBytes, 0, start);
  out.patch32(start, out.length - start - 4);
}

function advance(body: ByteWriter, distance: number): void {
  if (distance === 0) {
    return;
  }
  if (distance < smallAdvance) {
    body.uint8(advances.loc | distance);
  } else if (distance < 0x100) {
    body.uint8(advances.loc1);
    body.uint8(distance);
  } else if (distance < 0x1_0000) {
    body.uint8(advances.loc2);
    body.uint16(distance);
  } else {
    body.uint8(advances.loc4);
    body.uint32(distance);
  }
}
