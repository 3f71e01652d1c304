import { bitFieldSizeInBytes } from '../bit-field.ts';
import { VmcorekitError } from '../errors.ts';
import type { KernelMemory } from '../kernel.ts';
import type { KernelObject } from '../kernel-object.ts';
import { hex, plural, printable } from '../text.ts';
import { type BitField, type DeclaredType, enumeratorOf, type TypeTable } from '../types.ts';
import { adviceFor, namingWhatIsUnreadable, unknownMember } from './object-errors.ts';
import { objectJson } from './object-json.ts';
import { type PathStep, pathSteps } from './object-path.ts';
import { isScalar, isSigned, unsignedValue } from './object-value.ts';
import { elementOf, isCharacter, plainType, targetOf } from './plain-type.ts';

/** What objects need of a kernel. */
export interface ObjectSource {
  readonly memory: KernelMemory;
  readonly types: TypeTable;
}

const defaultTextLimitInBytes = 4096;
/** No structure of a kernel is larger, and an object's bytes are held in memory. */
const maxSizeInBytes = 16 * 1024 * 1024;

/** An object at an address. `name` is what messages call it. */
export function objectAt(
  source: ObjectSource,
  type: DeclaredType,
  address: bigint,
  name: string = `(${type.text}) at ${hex(address)}`,
): KernelObject {
  return new MemoryObject(source, type, BigInt.asUintN(64, address), printable(name));
}

/** A type by its name in C. Throws `unknown-name`. */
export function typeNamed({ types, memory }: ObjectSource, name: string): DeclaredType {
  const found = types.type?.(name);
  if (found !== undefined) {
    return found;
  }
  const struct = types.struct(name.replace(/^\s*(?:struct|union)\s+/, '').trim());
  if (struct === undefined) {
    throw new VmcorekitError('unknown-name', { kind: 'type', name: printable(name), known: [] });
  }
  return plainType({ kind: struct.kind ?? 'struct', struct }, memory.wordSizeInBits / 8);
}

class MemoryObject implements KernelObject {
  readonly name: string;
  readonly address: bigint;
  readonly type: DeclaredType;
  readonly bitField: BitField | null;
  readonly #source: ObjectSource;

  constructor(
    source: ObjectSource,
    type: DeclaredType,
    address: bigint,
    name: string,
    bitField: BitField | null = null,
  ) {
    this.#source = source;
    this.type = type;
    this.address = address;
    this.name = name;
    this.bitField = bitField;
  }

  get sizeInBytes(): number | null {
    return this.bitField === null ? this.type.sizeInBytes : bitFieldSizeInBytes(this.bitField);
  }

  at(path: string): KernelObject {
    return pathSteps(path).reduce<MemoryObject>((object, step) => object.#step(step), this);
  }

  members(): readonly (readonly [string, KernelObject])[] {
    const { type } = this.type;
    if (type?.kind !== 'struct' && type?.kind !== 'union') {
      return [];
    }
    return (type.struct.members?.() ?? []).map((member) => {
      const { name, offsetInBytes } = member;
      const object = this.#at(
        member.declared ?? plainType(member.type, this.#wordSizeInBytes),
        offsetInBytes,
        name === '' ? this.name : `${this.name}.${printable(name)}`,
        member.bits,
      );
      return [name, object];
    });
  }

  dereference(): KernelObject {
    return this.#target(`*${this.name}`);
  }

  bigint(): bigint {
    const value = this.bits();
    return isSigned(this.type.type)
      ? BigInt.asIntN(this.bitField?.sizeInBits ?? (this.type.sizeInBytes ?? 8) * 8, value)
      : value;
  }

  number(): number {
    const value = this.bigint();
    const number = Number(value);
    if (!Number.isSafeInteger(number)) {
      throw this.#usage(`the value ${value}`, 'a number below 2^53; bigint() reads larger ones');
    }
    return number;
  }

  bits(): bigint {
    if (!isScalar(this.type.type) || this.sizeInBytes === null) {
      throw this.#usage(
        this.#kind,
        `an integer, an enumeration or a pointer${adviceFor(this.type.type)}`,
      );
    }
    return unsignedValue(this.bytes(), this.bitField, this.#source.memory.byteOrder);
  }

  pointer(): bigint {
    if (this.type.type?.kind !== 'pointer') {
      throw this.#usage(this.#kind, 'a pointer');
    }
    return this.bits();
  }

  text(limitInBytes?: number): string {
    const { memory } = this.#source;
    const { type } = this.type;
    if (type?.kind === 'pointer' && isCharacter(targetOf(this.type, this.#wordSizeInBytes))) {
      const address = this.#target(`*${this.name}`).address;
      return this.#read(() => memory.readText(address, limitInBytes));
    }
    if (type?.kind === 'array' && type.of?.kind === 'integer' && type.of.sizeInBytes === 1) {
      const limit = limitInBytes ?? defaultTextLimitInBytes;
      const length = type.count === 0 ? limit : Math.min(limit, type.count);
      return this.#read(() => memory.readText(this.address, length));
    }
    throw this.#usage(this.#kind, 'an array of characters, or a pointer to some');
  }

  enumName(): string | null {
    const { type } = this.type;
    if (type?.kind !== 'enumeration') {
      throw this.#usage(this.#kind, 'an enumeration');
    }
    const { types } = this.#source;
    const values = type.values ?? (type.name === null ? undefined : types.enumeration(type.name));
    return values === undefined ? null : (enumeratorOf(values, this.bigint()) ?? null);
  }

  bytes(): Uint8Array {
    const size = this.sizeInBytes;
    if (size === null || size > maxSizeInBytes) {
      throw this.#usage(
        size === null ? 'a type of unknown size' : plural(size, 'byte'),
        `an object of at most ${maxSizeInBytes} bytes`,
      );
    }
    return this.#read(() => this.#source.memory.read(this.address, size));
  }

  cast(type: string): KernelObject {
    return new MemoryObject(
      this.#source,
      typeNamed(this.#source, type),
      this.address,
      `(${printable(type)}) ${this.name}`,
    );
  }

  containerOf(type: string, member: string): KernelObject {
    const container = typeNamed(this.#source, type);
    const { offsetInBytes } = this.#memberOf(container, member);
    return new MemoryObject(
      this.#source,
      container,
      BigInt.asUintN(64, this.address - BigInt(offsetInBytes)),
      `(${printable(type)}) of ${this.name}`,
    );
  }

  toJSON(): unknown {
    return objectJson(this);
  }

  *[Symbol.iterator](): Generator<KernelObject, void, void> {
    const { type } = this.type;
    if (type?.kind !== 'array') {
      throw this.#usage(this.#kind, 'an array');
    }
    const element = elementOf(this.type, this.#wordSizeInBytes);
    if (type.count > 1 && element.sizeInBytes === null) {
      throw this.#usage(this.#kind, 'elements of known size');
    }
    for (let index = 0; index < type.count; index++) {
      yield this.#at(element, index * (element.sizeInBytes ?? 0), `${this.name}[${index}]`);
    }
  }

  get #wordSizeInBytes(): number {
    return this.#source.memory.wordSizeInBits / 8;
  }

  /** What it is, for messages. */
  get #kind(): string {
    const { type, text } = this.type;
    return type === null && text !== 'void'
      ? `${printable(text)}, whose layout is not known`
      : printable(text);
  }

  #at(
    type: DeclaredType,
    offset: number,
    name: string,
    bits: BitField | null = null,
  ): MemoryObject {
    const address = BigInt.asUintN(64, this.address + BigInt(offset));
    return new MemoryObject(this.#source, type, address, name, bits);
  }

  #step(step: PathStep): MemoryObject {
    switch (step.kind) {
      case 'element':
        return this.#element(step.index);
      case 'arrow':
        return this.#target(`(*${this.name})`).#member(step.name, '->', this.name);
      case 'member':
        return this.#member(step.name, '.', this.name);
    }
  }

  #member(name: string, mark: string, owner: string): MemoryObject {
    const member = this.#memberOf(this.type, name);
    return this.#at(
      member.declared ?? plainType(member.type, this.#wordSizeInBytes),
      member.offsetInBytes,
      `${owner}${mark}${name}`,
      member.bits,
    );
  }

  #memberOf(declared: DeclaredType, name: string) {
    const { type, text } = declared;
    if (type?.kind !== 'struct' && type?.kind !== 'union') {
      const isPointer = type?.kind === 'pointer';
      throw this.#usage(
        isPointer ? `${printable(text)}, a pointer` : printable(text),
        `a structure${isPointer ? `; write ${this.name}->${name}` : ''}`,
      );
    }
    const member = type.struct.member(name);
    if (member === undefined) {
      throw unknownMember(type.struct, text, name);
    }
    return member;
  }

  #element(index: number): MemoryObject {
    const { type } = this.type;
    const name = `${this.name}[${index}]`;
    if (type?.kind === 'pointer') {
      const target = targetOf(this.type, this.#wordSizeInBytes);
      if (target.sizeInBytes === null) {
        throw this.#usage(this.#kind, 'a pointer to something of known size');
      }
      const address = this.#address() + BigInt(index) * BigInt(target.sizeInBytes);
      return new MemoryObject(this.#source, target, BigInt.asUintN(64, address), name);
    }
    if (type?.kind !== 'array') {
      throw this.#usage(this.#kind, 'an array or a pointer');
    }
    // An array of 0 elements stands at the end of a structure, and goes on after it.
    if (index < 0 || (type.count > 0 && index >= type.count)) {
      throw this.#usage(`the index ${index}`, `0 to ${type.count - 1}`);
    }
    const element = elementOf(this.type, this.#wordSizeInBytes);
    if (index > 0 && element.sizeInBytes === null) {
      throw this.#usage(this.#kind, 'elements of known size');
    }
    return this.#at(element, index * (element.sizeInBytes ?? 0), name);
  }

  #target(name: string): MemoryObject {
    if (this.type.type?.kind !== 'pointer') {
      const advice = this.type.type?.kind === 'struct' ? '; a dot leads to its members' : '';
      throw this.#usage(this.#kind, `a pointer${advice}`);
    }
    const target = targetOf(this.type, this.#wordSizeInBytes);
    if (target.type === null) {
      throw this.#usage(this.#kind, 'a pointer to a known type; cast() gives it one');
    }
    return new MemoryObject(this.#source, target, this.#address(), name);
  }

  /** The address that a pointer holds, which is not null. */
  #address(): bigint {
    const address = this.pointer();
    if (address === 0n) {
      throw new VmcorekitError('not-mapped', {
        virtualAddress: 0n,
        because: `${this.name} is a null pointer`,
      });
    }
    return address;
  }

  /** Says which object could not be read. */
  #read<Result>(look: () => Result): Result {
    return namingWhatIsUnreadable(this.name, look);
  }

  #usage(got: string, allowed: string): VmcorekitError {
    return new VmcorekitError('usage', { what: `how ${this.name} is used`, got, allowed });
  }
}
