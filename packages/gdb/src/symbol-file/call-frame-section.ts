import type { ByteOrder } from '@vmcorekit/core';
import type { CallFrameRow, CallFrameRule } from '@vmcorekit/linux';
import { ByteWriter } from './byte-writer.ts';
import { type FrameKind, FrameRuleEncoder, frameKindOf, frameKinds } from './frame-rule-encoder.ts';
import type { FrameRegisters } from './machines.ts';

const version = 1;
/** In `.debug_frame`, where an FDE has the offset of its CIE. */
const cieId = 0xffff_ffff;
const smallAdvance = 0x40;
const advances = { loc1: 0x02, loc2: 0x03, loc4: 0x04, loc: 0x40 } as const;

/**
 * `.debug_frame` of call-frame rules. Rows of one function that follow each other share an FDE;
 * `functionAt` says where the function of an address begins. Equal rules that follow each other
 * become one row.
 */
export function callFrameSection(
  rows: Iterable<CallFrameRow>,
  registers: FrameRegisters,
  functionAt: (address: bigint) => bigint,
  byteOrder: ByteOrder,
  wordSizeInBytes: number,
): Uint8Array {
  const out = new ByteWriter(byteOrder, wordSizeInBytes);
  const encoder = new FrameRuleEncoder(registers, wordSizeInBytes);
  const cies = new Map<FrameKind, number>();
  for (const kind of frameKinds) {
    cies.set(kind, out.length);
    writeCie(out, kind, registers, encoder);
  }
  let group: CallFrameRow[] = [];
  const flush = (): void => {
    const [first] = group;
    if (first !== undefined) {
      writeFde(
        out,
        cies.get(frameKindOf(first.rule)) ?? 0,
        group,
        encoder,
        registers.codeAlignment,
      );
    }
    group = [];
  };
  let owner = 0n;
  for (const row of rows) {
    const last = group.at(-1);
    const function_ = functionAt(row.start);
    if (
      last === undefined ||
      last.end !== row.start ||
      function_ !== owner ||
      frameKindOf(last.rule) !== frameKindOf(row.rule)
    ) {
      flush();
      owner = function_;
      group.push(row);
    } else if (last.rule === row.rule) {
      group[group.length - 1] = { ...last, end: row.end };
    } else {
      group.push(row);
    }
  }
  flush();
  return out.written();
}

/** What every row of its FDEs begins with: where nothing is said, a register is not known. */
function writeCie(
  out: ByteWriter,
  kind: FrameKind,
  { numbers, programCounter, codeAlignment }: FrameRegisters,
  encoder: FrameRuleEncoder,
): void {
  const body = new ByteWriter(out.byteOrder, out.wordSizeInBytes);
  body.uint32(cieId);
  body.uint8(version);
  body.text(kind === 'signal' ? 'zS' : '');
  body.unsigned(codeAlignment);
  body.signed(-out.wordSizeInBytes);
  body.uint8(numbers[programCounter] ?? 0);
  if (kind === 'signal') {
    body.unsigned(0);
  }
  body.bytes(encoder.initial(kind));
  writeEntry(out, body);
}

function writeFde(
  out: ByteWriter,
  cie: number,
  rows: readonly CallFrameRow[],
  encoder: FrameRuleEncoder,
  codeAlignment: number,
): void {
  const [first] = rows;
  const last = rows.at(-1);
  if (first === undefined || last === undefined) {
    return;
  }
  const body = new ByteWriter(out.byteOrder, out.wordSizeInBytes);
  body.uint32(cie);
  body.word(first.start);
  body.word(last.end - first.start);
  let at = first.start;
  let before: CallFrameRule | undefined;
  for (const { start, rule } of rows) {
    advance(body, Number(start - at) / codeAlignment);
    at = start;
    body.bytes(encoder.between(before, rule));
    before = rule;
  }
  writeEntry(out, body);
}

function writeEntry(out: ByteWriter, body: ByteWriter): void {
  // DW_CFA_nop is 0. The length is counted after its own field.
  body.align(out.wordSizeInBytes, 0, out.wordSizeInBytes - 4);
  out.uint32(body.length);
  out.bytes(body.written());
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
