import {
  type DeclaredType,
  isVmcorekitError,
  objectAt,
  plainType,
  pointerTo,
  printable,
  type SymbolTable,
  targetOf,
  typeNamed,
  VmcorekitError,
} from '@vmcorekit/core';
import { onCpu, type VariableSource } from '../variables/variable.ts';
import { computed } from './arithmetic.ts';
import type { Expression } from './expression.ts';
import { namedValue, placeOf } from './named-value.ts';
import { parseExpression } from './parse-expression.ts';
import { expressionError } from './tokens.ts';
import {
  type ComputedValue,
  integer,
  literalType,
  loaded,
  pointer,
  promoted,
  truth,
  type Value,
  wrapped,
} from './value.ts';

/**
 * What an expression of C means in a kernel: `init_task.comm`, `per_cpu(runqueues, 2).nr_running`,
 * `*(struct task_struct *)0xffff888003a4c800`. Nothing is written, and no function is called.
 *
 * Throws `usage` with the column of what is wrong, `unknown-name`, and `not-mapped` or
 * `page-unreadable` where a pointer on the way cannot be read.
 */
export function evaluateExpression(kernel: VariableSource, text: string): Value {
  const isTypeName = (name: string) =>
    kernel.symbols.find(name) === undefined && kernel.types.type?.(name) !== undefined;
  return new Evaluator(kernel).value(parseExpression(text, isTypeName));
}

class Evaluator {
  readonly #kernel: VariableSource;
  readonly #wordSizeInBytes: number;
  /** Within `per_cpu`, `&` and `sizeof`, a per-CPU variable needs no CPU. */
  #needsNoCpu: boolean = false;

  constructor(kernel: VariableSource) {
    this.#kernel = kernel;
    this.#wordSizeInBytes = kernel.memory.wordSizeInBits / 8;
  }

  value(expression: Expression): Value {
    const { column } = expression;
    switch (expression.kind) {
      case 'number': {
        const type = literalType(expression);
        return integer(expression.value, type, this.#wordSizeInBytes);
      }
      case 'name':
        return namedValue(this.#kernel, expression.name, column, this.#needsNoCpu);
      case 'unary':
        return this.#unary(expression);
      case 'binary':
        return this.#binary(expression);
      case 'member':
        return this.#member(expression);
      case 'element':
        return this.#element(expression);
      case 'cast':
        return this.#cast(expression);
      case 'size of type':
        return this.#size(this.#type(expression.type, column), column);
      case 'size of value': {
        const value = this.#withoutCpu(expression.of);
        const type = value.kind === 'number' ? value.type : value.object.type;
        return this.#size(type, column);
      }
      case 'offset': {
        const type = this.#type(expression.type, column);
        return this.#long(this.#offsetOf(type, expression.path, column));
      }
      case 'container': {
        const type = this.#type(expression.type, column);
        const { value } = this.#pointer(expression.of);
        const to = pointerTo(type, this.#wordSizeInBytes);
        return this.#pointerValue(value - this.#offsetOf(type, expression.path, column), to);
      }
      case 'per-CPU':
        return this.#perCpu(expression);
    }
  }

  #unary({ operator, of, column }: Expression & { readonly kind: 'unary' }): Value {
    if (operator === '&') {
      return this.#address(of, column);
    }
    if (operator === '*') {
      return this.#target(this.#pointer(of), column, 0n);
    }
    const operand = this.#loaded(of);
    if (operator === '!') {
      return truth(operand.value === 0n, this.#wordSizeInBytes);
    }
    const type = promoted(operand, column);
    const value =
      operator === '-' ? -operand.value : operator === '~' ? ~operand.value : operand.value;
    return integer(value, type, this.#wordSizeInBytes);
  }

  #address(of: Expression, column: number): ComputedValue {
    if (of.kind === 'name') {
      // A symbol has an address even where its type is not known.
      return placeOf(this.#kernel, of.name, of.column);
    }
    const value = this.#withoutCpu(of);
    if (value.kind === 'number') {
      throw expressionError(column, '& of a value', '& of something in memory');
    }
    const { object } = value;
    if (object.bitField !== null) {
      throw expressionError(column, `& of ${object.name}, a bit-field`, '& of whole bytes');
    }
    return this.#pointerValue(object.address, pointerTo(object.type, this.#wordSizeInBytes));
  }

  #binary({ operator, left, right, column }: Expression & { readonly kind: 'binary' }): Value {
    const one = this.#loaded(left);
    if (operator === '&&' || operator === '||') {
      const decides = (one.value !== 0n) === (operator === '||');
      const holds = decides ? operator === '||' : this.#loaded(right).value !== 0n;
      return truth(holds, this.#wordSizeInBytes);
    }
    const place = { wordSizeInBytes: this.#wordSizeInBytes, column };
    return computed(operator, one, this.#loaded(right), place);
  }

  #member({ of, name, isArrow, column }: Expression & { readonly kind: 'member' }): Value {
    const owner = this.value(of);
    if (owner.kind === 'object') {
      return { kind: 'object', object: owner.object.at(isArrow ? `->${name}` : name) };
    }
    if (!isArrow) {
      throw expressionError(column, printable(owner.type.text), `a structure; write ->${name}`);
    }
    const target = this.#target(owner, column, 0n);
    return { kind: 'object', object: target.object.at(name) };
  }

  #element({ of, index, column }: Expression & { readonly kind: 'element' }): Value {
    const owner = this.value(of);
    const at = this.#loaded(index);
    promoted(at, index.column);
    if (owner.kind === 'object' && owner.object.type.type?.kind === 'array') {
      return { kind: 'object', object: owner.object.at(`[${at.value}]`) };
    }
    return this.#target(loaded(owner, this.#wordSizeInBytes, column), column, at.value);
  }

  #cast({ type: text, of, column }: Expression & { readonly kind: 'cast' }): Value {
    const type = this.#type(text, column);
    const { value } = this.#loaded(of);
    switch (type.type?.kind) {
      case 'pointer':
        return this.#pointerValue(value, type);
      case 'integer':
        return { kind: 'number', value: wrapped(value, type.type), type };
      case 'enumeration':
        return {
          kind: 'number',
          value: BigInt.asUintN(type.type.sizeInBytes * 8, value),
          type,
        };
      default:
        throw expressionError(
          column,
          text,
          `an integer or a pointer; *(${text} *) reads what lies at an address`,
        );
    }
  }

  #perCpu({ of, cpu, isPointer, column }: Expression & { readonly kind: 'per-CPU' }): Value {
    const number = this.#loaded(cpu);
    promoted(number, cpu.column);
    if (isPointer) {
      const { value, type } = this.#pointer(of);
      return this.#pointerValue(onCpu(this.#kernel, value, Number(number.value)), type);
    }
    const value = this.#withoutCpu(of);
    if (value.kind === 'number') {
      throw expressionError(column, 'a value', 'a per-CPU variable; per_cpu_ptr takes a pointer');
    }
    const { object } = value;
    if (isOfAllCpus(this.#kernel.symbols, object.address)) {
      throw expressionError(
        column,
        `${object.name}, which all CPUs share`,
        `a per-CPU variable; ${object.name} alone has a value`,
      );
    }
    const address = onCpu(this.#kernel, object.address, Number(number.value));
    const name = `per_cpu(${object.name}, ${number.value})`;
    return { kind: 'object', object: objectAt(this.#kernel, object.type, address, name) };
  }

  #loaded(expression: Expression): ComputedValue {
    return loaded(this.value(expression), this.#wordSizeInBytes, expression.column);
  }

  #pointer(expression: Expression): ComputedValue {
    const value = this.#loaded(expression);
    if (value.type.type?.kind !== 'pointer') {
      throw expressionError(
        expression.column,
        printable(value.type.text),
        'a pointer; a cast such as (struct page *) makes one',
      );
    }
    return value;
  }

  /** What lies at a pointer, so many elements further. */
  #target(from: ComputedValue, column: number, index: bigint) {
    const target = targetOf(from.type, this.#wordSizeInBytes);
    if (from.type.type?.kind !== 'pointer' || target.type === null) {
      const isTyped = from.type.type?.kind === 'pointer';
      const { text } = from.type;
      throw expressionError(column, printable(text), 'a pointer to a known type', isTyped);
    }
    if (index !== 0n && target.sizeInBytes === null) {
      throw expressionError(column, printable(from.type.text), 'a pointer to a type of known size');
    }
    if (from.value === 0n) {
      throw new VmcorekitError('not-mapped', {
        virtualAddress: 0n,
        because: `the expression at column ${column} follows a null pointer`,
      });
    }
    const address = from.value + index * BigInt(target.sizeInBytes ?? 0);
    return { kind: 'object' as const, object: objectAt(this.#kernel, target, address) };
  }

  #offsetOf(type: DeclaredType, path: string, column: number): bigint {
    const kind = type.type?.kind;
    if (kind !== 'struct' && kind !== 'union') {
      throw expressionError(column, printable(type.text), 'a structure');
    }
    const member = objectAt(this.#kernel, type, 0n, type.text).at(path);
    if (member.bitField !== null) {
      throw expressionError(column, `${member.name}, a bit-field`, 'a member of whole bytes');
    }
    return member.address;
  }

  #size({ sizeInBytes, text }: DeclaredType, column: number): ComputedValue {
    if (sizeInBytes === null) {
      throw expressionError(column, printable(text), 'a type of known size');
    }
    return this.#long(BigInt(sizeInBytes));
  }

  #long(value: bigint): ComputedValue {
    const word = this.#wordSizeInBytes;
    return integer(value, { kind: 'integer', sizeInBytes: word, isSigned: false }, word);
  }

  #pointerValue(value: bigint, type: DeclaredType): ComputedValue {
    return pointer(value, type, this.#wordSizeInBytes * 8);
  }

  #type(text: string, column: number): DeclaredType {
    if (text === 'void') {
      return plainType(null, this.#wordSizeInBytes, text);
    }
    try {
      return typeNamed(this.#kernel, text);
    } catch (error) {
      if (isVmcorekitError(error, 'unknown-name')) {
        const { from } = this.#kernel.types;
        throw expressionError(
          column,
          text,
          `a type that the kernel's types (${from}) know once`,
          true,
        );
      }
      throw error;
    }
  }

  #withoutCpu(expression: Expression): Value {
    const before = this.#needsNoCpu;
    this.#needsNoCpu = true;
    const value = this.value(expression);
    this.#needsNoCpu = before;
    return value;
  }
}

/** Whether an address lies in the kernel's image, but not in what it copies for each CPU. */
function isOfAllCpus(symbols: SymbolTable, address: bigint): boolean {
  const isBetween = (from: string, to: string) => {
    const [start, end] = [from, to].map((name) => symbols.find(name)?.address);
    return start === undefined || end === undefined ? undefined : address >= start && address < end;
  };
  return (
    isBetween('__per_cpu_start', '__per_cpu_end') === false && isBetween('_text', '_end') === true
  );
}
