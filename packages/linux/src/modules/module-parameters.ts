import {
  type Kernel,
  type KernelMemory,
  tryRead,
  type VirtualAddress,
  VmcorekitError,
} from '@vmcorekit/core';
import { number, pointer } from '../reading/fields.ts';
import { type StructReader, structReader } from '../reading/struct-reader.ts';

/** More parameters, or elements of one, than any module has. */
const parameterLimit = 4096;
const elementLimit = 1024;
const textLimitInBytes = 4096;
const operationsPrefix = 'param_ops_';
const getterPrefix = 'param_get_';

/** A parameter of a module, as /sys/module/NAME/parameters shows it. */
export interface ModuleParameter {
  readonly name: string;
  /** `int`, `bool`, `charp`, …; `array of int`; the name of the module's own operations. */
  readonly type: string | null;
  /** Null where the operations are the module's own, or memory is lost. */
  readonly value: string | null;
}

type Reading = (memory: KernelMemory, at: VirtualAddress) => string;

/**
 * How each type is printed, by the name of its operations (`param_ops_int`) or of the function that
 * prints it (`param_get_int`). Source: Linux,
 * kernel/params.c.
 */
const readings: ReadonlyMap<string, Reading> = new Map(
  Object.entries<Reading>({
    byte: (memory, at) => String(memory.readUint8(at)),
    short: (memory, at) => String(memory.readInt16(at)),
    ushort: (memory, at) => String(memory.readUint16(at)),
    int: (memory, at) => String(memory.readInt32(at)),
    uint: (memory, at) => String(memory.readUint32(at)),
    hexint: (memory, at) => {
      const value = memory.readUint32(at);
      return value === 0 ? '00000000' : `0x${value.toString(16).padStart(6, '0')}`;
    },
    long: (memory, at) => String(BigInt.asIntN(memory.wordSizeInBits, memory.readPointer(at))),
    ulong: (memory, at) => String(memory.readPointer(at)),
    ullong: (memory, at) => String(memory.readUint64(at)),
    bool: (memory, at) => (memory.readUint8(at) === 0 ? 'N' : 'Y'),
    bool_enable_only: (memory, at) => (memory.readUint8(at) === 0 ? 'N' : 'Y'),
    invbool: (memory, at) => (memory.readUint8(at) === 0 ? 'Y' : 'N'),
    bint: (memory, at) => (memory.readInt32(at) === 0 ? 'N' : 'Y'),
    charp: (memory, at) => {
      const text = memory.readPointer(at);
      return text === 0n ? '(null)' : memory.readText(text, textLimitInBytes);
    },
  }),
);

/**
 * The parameters of a module, in the order of its table. Throws `unknown-name` where the kernel's
 * types do not describe them, and as reading memory does.
 */
export function* parametersOf(
  kernel: Kernel,
  module: VirtualAddress,
): Generator<ModuleParameter, void, void> {
  const table = structReader(kernel, 'module', {
    start: pointer('kp'),
    count: number('num_kp'),
  }).read(module);
  if (table.count === 0) {
    return;
  }
  const sizeInBytes = kernel.types.struct('kernel_param')?.sizeInBytes ?? null;
  if (sizeInBytes === null) {
    throw new VmcorekitError('unknown-name', {
      kind: 'structure',
      name: 'kernel_param',
      known: [],
    });
  }
  const reader = new ParameterReader(kernel);
  for (let index = 0; index < Math.min(table.count, parameterLimit); index++) {
    yield reader.read(table.start + BigInt(index * sizeInBytes));
  }
}

const parameterShape = {
  name: pointer('name'),
  operations: pointer('ops'),
  argument: pointer('arg'),
};
const operationsShape = { get: pointer('get') };
const arrayShape = {
  max: number('max'),
  elementSize: number('elemsize'),
  countAt: pointer('num'),
  operations: pointer('ops'),
  elements: pointer('elem'),
};

class ParameterReader {
  readonly #kernel: Kernel;
  readonly #parameters: StructReader<typeof parameterShape>;
  readonly #operations: StructReader<typeof operationsShape>;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#parameters = structReader(kernel, 'kernel_param', parameterShape);
    this.#operations = structReader(kernel, 'kernel_param_ops', operationsShape);
  }

  read(at: VirtualAddress): ModuleParameter {
    const { memory } = this.#kernel;
    const { name, operations, argument } = this.#parameters.read(at);
    const text = memory.readText(name, textLimitInBytes);
    const type = this.#typeOf(operations);
    return type === 'param_array_ops'
      ? { name: text, ...this.#array(argument) }
      : { name: text, type, value: tryRead(() => this.#value(type, argument)) ?? null };
  }

  #array(at: VirtualAddress): Pick<ModuleParameter, 'type' | 'value'> {
    const { memory } = this.#kernel;
    const array = tryRead(() => structReader(this.#kernel, 'kparam_array', arrayShape).read(at));
    if (array === undefined) {
      return { type: 'array', value: null };
    }
    const type = this.#typeOf(array.operations);
    const value = tryRead(() => {
      const used = array.countAt === 0n ? array.max : memory.readUint32(array.countAt);
      const values: string[] = [];
      for (let index = 0; index < Math.min(used, array.max, elementLimit); index++) {
        const element = array.elements + BigInt(index * array.elementSize);
        const each = this.#value(type, element);
        if (each === null) {
          return null;
        }
        values.push(each);
      }
      return values.join(',');
    });
    return { type: `array of ${type ?? 'unknown'}`, value: value ?? null };
  }

  /** Null for a type of a module's own. */
  #value(type: string | null, argument: VirtualAddress): string | null {
    if (type === 'string') {
      const shape = { text: pointer('string'), size: number('maxlen') };
      const { text, size } = structReader(this.#kernel, 'kparam_string', shape).read(argument);
      return this.#kernel.memory.readText(text, Math.min(size, textLimitInBytes));
    }
    const reading = type === null ? undefined : readings.get(type);
    return reading === undefined ? null : reading(this.#kernel.memory, argument);
  }

  /**
   * Operations of a module's own may check what is written, and print with a function of the
   * kernel.
   */
  #typeOf(operations: VirtualAddress): string | null {
    const name = this.#nameOf(operations);
    if (name === undefined || name.startsWith(operationsPrefix)) {
      return name?.slice(operationsPrefix.length) ?? null;
    }
    const getter = tryRead(() => this.#operations.read(operations).get);
    const printedBy = getter === undefined ? undefined : this.#nameOf(getter);
    return printedBy?.startsWith(getterPrefix) === true
      ? printedBy.slice(getterPrefix.length)
      : name;
  }

  /** Names of operations are the kernel's, or the module's own. */
  #nameOf(address: VirtualAddress): string | undefined {
    const symbol = this.#kernel.symbols.at(address);
    return symbol?.address === address ? symbol.name : undefined;
  }
}
