import {
  bitFieldSizeInBytes,
  bitFieldValue,
  type Kernel,
  type KernelMemory,
  type StructMember,
  type StructType,
  StructView,
  tryRead,
  utf8UntilNul,
  VmcorekitError,
} from '@vmcorekit/core';
import { refuseZeroPages } from '../zero-page.ts';
import { type Field, type FieldKind, wide } from './fields.ts';

/** Members closer than this are read together. */
const maxGapInBytes = 256;
/** Names and paths in structures are far shorter. */
const maxTextInBytes = 4096;

/** The members to read, by the names of the results; a text is a path whose type decides. */
export type Shape = Readonly<Record<string, Field<unknown> | string>>;

/** What a path without a field reads as: by its type in this kernel. */
export type PlainValue = number | bigint | string;

export type Values<Wanted extends Shape> = {
  readonly [Name in keyof Wanted]: Wanted[Name] extends Field<infer Value> ? Value : PlainValue;
};

/** Reads the same members of many structures of one type. */
export interface StructReader<Wanted extends Shape> {
  readonly type: StructType;
  /** Throws `not-mapped` or `page-unreadable`, the latter also for a page of zeros. */
  read(address: bigint): Values<Wanted>;
  /** Undefined where some of the members cannot be read. */
  tryRead(address: bigint): Values<Wanted> | undefined;
  /** Null for the members that cannot be read. */
  readPartly(address: bigint): { readonly [Name in keyof Wanted]: Values<Wanted>[Name] | null };
}

/** One member, resolved: all that is needed to read it. */
interface Step {
  readonly name: string;
  readonly kind: FieldKind;
  readonly offset: number;
  readonly size: number;
  readonly isSigned: boolean;
  readonly bits: StructMember['bits'];
}

interface Run {
  readonly offset: number;
  readonly length: number;
  readonly steps: readonly Step[];
}

/**
 * A reader of one structure, resolved once: offsets are looked up here, and never again. Members
 * that lie close together are read at once, so no page is read that holds none of them.
 *
 *     const read = structReader(kernel, 'task_struct', { pid: number('pid'), comm: text('comm') });
 *     read.read(address).comm
 *
 * Throws `unknown-name` for an unknown structure, and for a member that is not optional.
 */
export function structReader<const Wanted extends Shape>(
  kernel: Pick<Kernel, 'memory' | 'types'>,
  structName: string,
  wanted: Wanted,
): StructReader<Wanted> {
  const type = kernel.types.struct(structName);
  if (type === undefined) {
    throw new VmcorekitError('unknown-name', { kind: 'structure', name: structName, known: [] });
  }
  return new CompiledReader(kernel.memory, type, wanted);
}

class CompiledReader<Wanted extends Shape> implements StructReader<Wanted> {
  readonly type: StructType;
  readonly #memory: KernelMemory;
  readonly #runs: readonly Run[];
  /** Members that this kernel has not, or that are only a place. */
  readonly #unread: readonly (readonly [name: string, offset: number | null])[];

  constructor(memory: KernelMemory, type: StructType, wanted: Wanted) {
    this.#memory = memory;
    this.type = type;
    const steps: Step[] = [];
    const unread: [string, number | null][] = [];
    for (const [name, field] of Object.entries(wanted)) {
      const step = stepFor(type, name, field, memory.wordSizeInBits / 8);
      if (step === null || step.kind === 'address') {
        unread.push([name, step?.offset ?? null]);
      } else {
        steps.push(step);
      }
    }
    this.#runs = runsOf(steps);
    this.#unread = unread;
  }

  read(address: bigint): Values<Wanted> {
    const values = this.#start(address);
    for (const run of this.#runs) {
      this.#readRun(address, run, values);
    }
    return values as Values<Wanted>;
  }

  tryRead(address: bigint): Values<Wanted> | undefined {
    return tryRead(() => this.read(address));
  }

  readPartly(address: bigint): { readonly [Name in keyof Wanted]: Values<Wanted>[Name] | null } {
    const values = this.#start(address);
    for (const run of this.#runs) {
      if (tryRead(() => this.#readRun(address, run, values)) === undefined) {
        for (const step of run.steps) {
          const alone = { offset: step.offset, length: step.size, steps: [step] };
          if (tryRead(() => this.#readRun(address, alone, values)) === undefined) {
            values[step.name] = null;
          }
        }
      }
    }
    return values as { [Name in keyof Wanted]: Values<Wanted>[Name] | null };
  }

  #start(address: bigint): Record<string, unknown> {
    const values: Record<string, unknown> = {};
    for (const [name, offset] of this.#unread) {
      values[name] = offset === null ? null : address + BigInt(offset);
    }
    return values;
  }

  #readRun(address: bigint, run: Run, values: Record<string, unknown>): true {
    const bytes = new Uint8Array(run.length);
    const start = BigInt.asUintN(64, address + BigInt(run.offset));
    this.#memory.readInto(start, bytes);
    refuseZeroPages(this.#memory, start, bytes);
    const view = new StructView(bytes, this.#memory.byteOrder, this.type.name);
    for (const step of run.steps) {
      values[step.name] = valueIn(view, step, step.offset - run.offset);
    }
    return true;
  }
}

/** Null for an optional member that the structure has not. */
function stepFor(
  type: StructType,
  name: string,
  field: Field<unknown> | string,
  wordSizeInBytes: number,
): Step | null {
  const { paths, kind, isOptional }: Field<unknown> =
    typeof field === 'string' ? { ...wide(field), kind: 'value' } : field;
  for (const path of paths) {
    const member = type.member(path);
    if (member !== undefined) {
      return resolved(type, name, kind, path, member, wordSizeInBytes);
    }
  }
  if (isOptional) {
    return null;
  }
  throw new VmcorekitError('unknown-name', {
    kind: `member of struct ${type.name}`,
    name: paths.join(' or '),
    known: [],
  });
}

function resolved(
  type: StructType,
  name: string,
  asked: FieldKind,
  path: string,
  member: StructMember,
  wordSizeInBytes: number,
): Step {
  const { offsetInBytes: offset, bits } = member;
  const kind = asked === 'value' ? plainKind(member) : asked;
  const isSigned = member.type?.kind === 'integer' && member.type.isSigned;
  const step = { name, kind, offset, isSigned, bits };
  if (kind === 'address') {
    return { ...step, size: 0 };
  }
  if (kind === 'pointer') {
    return { ...step, size: wordSizeInBytes };
  }
  if (bits !== null) {
    return { ...step, size: bitFieldSizeInBytes(bits) };
  }
  const { sizeInBytes } = member;
  if (kind === 'text') {
    return { ...step, size: Math.min(sizeInBytes ?? 0, maxTextInBytes) };
  }
  const isWhole = sizeInBytes !== null && [1, 2, 4, 8].includes(sizeInBytes);
  if (!isWhole || (kind === 'number' && sizeInBytes > 4)) {
    throw new VmcorekitError('usage', {
      what: `how struct ${type.name}.${path} is read`,
      got: `a member of ${sizeInBytes ?? 'unknown'} bytes`,
      allowed: kind === 'number' ? 'an integer of 1, 2 or 4 bytes' : 'an integer of up to 8 bytes',
    });
  }
  return { ...step, size: sizeInBytes };
}

/** How a member whose path stands alone is read. */
function plainKind({ type, bits, sizeInBytes }: StructMember): FieldKind {
  if (type?.kind === 'pointer') {
    return 'pointer';
  }
  if (type?.kind === 'array') {
    return 'text';
  }
  const isSmall = bits === null ? (sizeInBytes ?? 8) <= 4 : bits.sizeInBits <= 32;
  return isSmall ? 'number' : 'wide';
}

/** Steps that lie close together share a read. */
function runsOf(steps: readonly Step[]): Run[] {
  const runs: { offset: number; length: number; steps: Step[] }[] = [];
  for (const step of steps.toSorted((one, other) => one.offset - other.offset)) {
    const last = runs.at(-1);
    if (last !== undefined && step.offset - (last.offset + last.length) <= maxGapInBytes) {
      last.length = Math.max(last.length, step.offset + step.size - last.offset);
      last.steps.push(step);
    } else {
      runs.push({ offset: step.offset, length: step.size, steps: [step] });
    }
  }
  return runs;
}

function valueIn(view: StructView, step: Step, at: number): PlainValue {
  const { kind, size, bits } = step;
  if (kind === 'text') {
    return utf8UntilNul(view.slice(at, size));
  }
  if (kind === 'pointer') {
    return size === 8 ? view.uint64(at) : BigInt(view.uint32(at));
  }
  if (bits !== null) {
    const value = bitFieldValue(view.slice(at, size), bits, view.byteOrder);
    return kind === 'number' ? Number(value) : value;
  }
  const value = integerIn(view, step, at);
  return kind === 'number' ? Number(value) : BigInt(value);
}

function integerIn(view: StructView, { size, isSigned }: Step, at: number): number | bigint {
  switch (size) {
    case 1:
      return isSigned ? (view.uint8(at) << 24) >> 24 : view.uint8(at);
    case 2:
      return isSigned ? (view.uint16(at) << 16) >> 16 : view.uint16(at);
    case 4:
      return isSigned ? view.int32(at) : view.uint32(at);
    default:
      return isSigned ? view.int64(at) : view.uint64(at);
  }
}
