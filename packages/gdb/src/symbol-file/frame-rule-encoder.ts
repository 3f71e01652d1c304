import type { CallFrameRule, FrameAddress } from '@vmcorekit/linux';
import { ByteWriter } from './byte-writer.ts';
import type { FrameRegisters } from './machines.ts';

/** Call frame instructions. Source: DWARF 5, section 7.24; val_offset_sf is section 6.4.2.3. */
const cfa = {
  undefined: 0x07,
  same_value: 0x08,
  register: 0x09,
  def_cfa: 0x0c,
  def_cfa_offset: 0x0e,
  def_cfa_expression: 0x0f,
  expression: 0x10,
  offset_extended: 0x05,
  offset_extended_sf: 0x11,
  val_offset_sf: 0x15,
  offset: 0x80,
} as const;
/** The highest number that fits in `DW_CFA_offset` itself. */
const mostShort = 0x3f;
/** Operations of expressions. Source: DWARF 5, section 7.7.1. */
const operation = { deref: 0x06, consts: 0x11, plus: 0x22, lit0: 0x30, breg0: 0x70 } as const;

/** What an FDE's rows have in common: a signal frame has a CIE of its own. */
export type FrameKind = 'call' | 'signal' | 'none';
export const frameKinds: readonly FrameKind[] = ['call', 'signal', 'none'];

/** The register whose column has the return address. */
export function returnColumnOf(
  { programCounter, returnAddress = programCounter }: FrameRegisters,
  kind: FrameKind,
): string {
  return kind === 'call' ? returnAddress : programCounter;
}

export function frameKindOf({ frame, isSignal }: CallFrameRule): FrameKind {
  return frame === null ? 'none' : isSignal ? 'signal' : 'call';
}

/** How the rules of registers are written: instructions by DWARF's number, the frame's under -1. */
type Encoded = ReadonlyMap<number, Uint8Array>;

const frameKey = -1;

/** Writes what changes between two rules. */
export class FrameRuleEncoder {
  readonly #registers: FrameRegisters;
  readonly #wordSizeInBytes: number;
  readonly #encoded: Map<CallFrameRule, Encoded> = new Map();
  /** By the rule before, then by the rule: a kernel has few. */
  readonly #changes: Map<CallFrameRule | FrameKind, Map<CallFrameRule, Uint8Array>> = new Map();
  readonly #initial: Readonly<Record<FrameKind, Encoded>>;

  constructor(registers: FrameRegisters, wordSizeInBytes: number) {
    this.#registers = registers;
    this.#wordSizeInBytes = wordSizeInBytes;
    this.#initial = {
      call: this.#encode(this.#initialRule('call')),
      signal: this.#encode(this.#initialRule('signal')),
      none: this.#encode(this.#initialRule('none')),
    };
  }

  /** The instructions that every FDE of a kind begins with. */
  initial(kind: FrameKind): Uint8Array {
    return joined(this.#initial[kind].values());
  }

  /** The instructions that lead from one rule to another; from the initial one if none is given. */
  between(before: CallFrameRule | undefined, rule: CallFrameRule): Uint8Array {
    const from = before ?? frameKindOf(rule);
    const known = this.#changes.get(from) ?? new Map<CallFrameRule, Uint8Array>();
    this.#changes.set(from, known);
    const change = known.get(rule) ?? this.#change(from, rule);
    known.set(rule, change);
    return change;
  }

  /** A frame that is only moved takes two bytes. */
  #change(from: CallFrameRule | FrameKind, rule: CallFrameRule): Uint8Array {
    const old = typeof from === 'string' ? this.#initial[from] : this.#encodedOnce(from);
    const changed = Array.from(this.#encodedOnce(rule)).filter(
      ([key, bytes]) => !isSame(bytes, old.get(key)),
    );
    return joined(
      changed.map(([key, bytes]) => {
        const other = old.get(key);
        const isMoved =
          key === frameKey &&
          bytes[0] === cfa.def_cfa &&
          other?.[0] === bytes[0] &&
          other[1] === bytes[1];
        return isMoved ? Uint8Array.of(cfa.def_cfa_offset, ...bytes.subarray(2)) : bytes;
      }),
    );
  }

  #encodedOnce(rule: CallFrameRule): Encoded {
    const known = this.#encoded.get(rule) ?? this.#encode(rule);
    this.#encoded.set(rule, known);
    return known;
  }

  #encode(rule: CallFrameRule): Encoded {
    const { frame } = rule;
    const { numbers, programCounter } = this.#registers;
    const returnAddress = returnColumnOf(this.#registers, frameKindOf(rule));
    const encoded = new Map<number, Uint8Array>();
    encoded.set(frameKey, frame === null ? noFrame : this.#frame(frame));
    for (const [name, number] of Object.entries(numbers)) {
      // Debuggers compute the program counter where another register has the return address.
      if (name !== programCounter || name === returnAddress) {
        encoded.set(number, this.#register(name, number, rule));
      }
    }
    return encoded;
  }

  #register(
    name: string,
    number: number,
    { frame, saved, savedAt, kept, copied }: CallFrameRule,
  ): Uint8Array {
    const { numbers, stackPointer, framesEndAtStackPointer } = this.#registers;
    const at = savedAt[name];
    if (at !== undefined) {
      return this.#atAddress(number, at);
    }
    const offset = saved[name];
    if (offset !== undefined) {
      return this.#atOffset(number, offset);
    }
    const from = numbers[copied?.[name] ?? ''];
    if (from !== undefined) {
      return this.#copied(number, from);
    }
    return name === stackPointer && frame !== null && framesEndAtStackPointer
      ? this.#instruction(cfa.val_offset_sf, number, 0)
      : this.#instruction(kept.includes(name) ? cfa.same_value : cfa.undefined, number);
  }

  #copied(number: number, from: number): Uint8Array {
    return this.#written((out) => {
      out.uint8(cfa.register);
      out.unsigned(number);
      out.unsigned(from);
    });
  }

  #frame(frame: FrameAddress): Uint8Array {
    const { register, offset, load } = frame;
    const number = this.#registers.numbers[register] ?? 0;
    return this.#written((out) => {
      if (load === 'none' && offset >= 0) {
        out.uint8(cfa.def_cfa);
        out.unsigned(number);
        out.unsigned(offset);
      } else {
        out.uint8(cfa.def_cfa_expression);
        this.#expression(out, frame);
      }
    });
  }

  /** The word at an offset from the call-frame address. */
  #atOffset(number: number, offset: number): Uint8Array {
    const factored = offset / -this.#wordSizeInBytes;
    return Number.isInteger(factored) && factored >= 0
      ? this.#written((out) => {
          if (number <= mostShort) {
            out.uint8(cfa.offset | number);
          } else {
            out.uint8(cfa.offset_extended);
            out.unsigned(number);
          }
          out.unsigned(factored);
        })
      : Number.isInteger(factored)
        ? this.#instruction(cfa.offset_extended_sf, number, factored)
        : this.#written((out) => {
            // The expression begins with the call-frame address on its stack.
            out.uint8(cfa.expression);
            out.unsigned(number);
            const block = this.#written((inner) => {
              inner.uint8(operation.consts);
              inner.signed(offset);
              inner.uint8(operation.plus);
            });
            out.unsigned(block.length);
            out.bytes(block);
          });
  }

  #atAddress(number: number, address: FrameAddress): Uint8Array {
    return this.#written((out) => {
      out.uint8(cfa.expression);
      out.unsigned(number);
      this.#expression(out, address);
    });
  }

  #expression(out: ByteWriter, { register, offset, load }: FrameAddress): void {
    const number = this.#registers.numbers[register] ?? 0;
    const block = this.#written((inner) => {
      inner.uint8(operation.breg0 + number);
      inner.signed(load === 'first' ? 0 : offset);
      if (load !== 'none') {
        inner.uint8(operation.deref);
      }
      if (load === 'first' && offset !== 0) {
        inner.uint8(operation.consts);
        inner.signed(offset);
        inner.uint8(operation.plus);
      }
    });
    out.unsigned(block.length);
    out.bytes(block);
  }

  #instruction(code: number, number: number, operand?: number): Uint8Array {
    return this.#written((out) => {
      out.uint8(code);
      out.unsigned(number);
      if (operand !== undefined) {
        out.signed(operand);
      }
    });
  }

  #written(write: (out: ByteWriter) => void): Uint8Array {
    const out = new ByteWriter('little', 8);
    write(out);
    return out.written().slice();
  }

  /** The commonest of a kind: a call's return address lies right before its frame. */
  #initialRule(kind: FrameKind): CallFrameRule {
    const { stackPointer, keptByCalls } = this.#registers;
    const returnAddress = returnColumnOf(this.#registers, kind);
    const word = this.#wordSizeInBytes;
    const isCall = kind === 'call';
    return {
      frame: kind === 'none' ? null : { register: stackPointer, offset: word, load: 'none' },
      isSignal: kind === 'signal',
      saved: isCall ? { [returnAddress]: -word } : {},
      savedAt: {},
      kept: isCall ? keptByCalls : [],
    };
  }
}

/** Any address will do, and must need no register: gdb computes it also where a stack ends. */
const noFrame = Uint8Array.of(cfa.def_cfa_expression, 1, operation.lit0);

function joined(parts: Iterable<Uint8Array>): Uint8Array {
  const out = new ByteWriter('little', 8);
  for (const part of parts) {
    out.bytes(part);
  }
  return out.written().slice();
}

function isSame(one: Uint8Array, other: Uint8Array | undefined): boolean {
  return one.length === other?.length && one.every((byte, index) => byte === other[index]);
}
