import type { Kernel, KernelObject } from '@vmcorekit/core';
import { byName } from './by-name.ts';

/**
 * The kernel, and each of its variables as a property: `kernel.init_task.comm`. A field of `Kernel`
 * goes before a variable of the same name; `kernel.variable(NAME)` always means the variable.
 */
export function kernelByName(kernel: Kernel, show: (object: KernelObject) => string): Kernel {
  const wrapped = (object: KernelObject) => byName(object, show) as KernelObject;
  const own: Partial<Kernel> = {
    variable: (name, cpu) => wrapped(kernel.variable(name, cpu)),
    object: (type, address) => wrapped(kernel.object(type, address)),
  };
  return new Proxy(kernel, {
    get(target, key) {
      if (key === 'variable' || key === 'object') {
        return own[key];
      }
      if (typeof key === 'string' && !(key in target)) {
        const isVariable = key !== 'then' && target.symbols.find(key) !== undefined;
        return isVariable ? wrapped(target.variable(key)) : undefined;
      }
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
    set() {
      throw new TypeError('a dump is only read: a kernel cannot be changed');
    },
  });
}
