import { isCharacter, type KernelObject } from '@vmcorekit/core';

/** An object whose members are properties. `objectOf` gives the object itself. */
export type ByName = object;

/** Node asks an object for this to show it. */
const shown = Symbol.for('nodejs.util.inspect.custom');
const objects: WeakMap<object, KernelObject> = new WeakMap();

/**
 * The object by the names of its members: `task.comm`, `task.mm.pgd`, `cpus[2].name`. A pointer to
 * a structure is followed. A member goes before a field of `KernelObject` with the same name; `$`
 * before a name always means the latter: `module.$name`. In arithmetic it is its value. `show` says
 * how Node shows it.
 */
export function byName(object: KernelObject, show: (object: KernelObject) => string): ByName {
  const handler: ProxyHandler<object> = {
    get: (_target, key) => propertyOf(object, key, show),
    has: (_target, key) => typeof key === 'string' && isProperty(object, key),
    ownKeys: () => memberNames(object),
    getOwnPropertyDescriptor: (_target, key) =>
      typeof key === 'string' && memberNames(object).includes(key)
        ? { configurable: true, enumerable: true, get: () => propertyOf(object, key, show) }
        : undefined,
    set: refuse,
    defineProperty: refuse,
    deleteProperty: refuse,
  };
  const target = { [shown]: () => show(object) };
  const proxy = new Proxy(target, handler);
  objects.set(proxy, object);
  return proxy;
}

/** The object that `byName` wrapped; undefined for any other value. */
export function objectOf(value: unknown): KernelObject | undefined {
  return typeof value === 'object' && value !== null ? objects.get(value) : undefined;
}

/** The names of an object's members; of a pointer, those of what it leads to. */
export function memberNames(object: KernelObject): string[] {
  const structure = structureOf(object);
  return structure === undefined ? [] : namesIn(structure);
}

function namesIn(object: KernelObject): string[] {
  return object
    .members()
    .flatMap(([name, member]) => (name === '' ? namesIn(member) : [name]))
    .filter((name, index, all) => all.indexOf(name) === index);
}

function refuse(): never {
  throw new TypeError('a dump is only read: its members cannot be changed');
}

function isProperty(object: KernelObject, key: string): boolean {
  const name = key.replace(/^\$/, '');
  return name in object || memberNames(object).includes(key);
}

function propertyOf(
  object: KernelObject,
  key: string | symbol,
  show: (object: KernelObject) => string,
): unknown {
  if (key === Symbol.toPrimitive) {
    return () => primitiveOf(object);
  }
  if (key === Symbol.iterator) {
    return function* () {
      for (const each of object) {
        yield byName(each, show);
      }
    };
  }
  if (typeof key === 'symbol') {
    return key === shown ? () => show(object) : undefined;
  }
  if (/^\d+$/.test(key)) {
    return byName(object.at(`[${key}]`), show);
  }
  const structure = key.startsWith('$') ? undefined : structureOf(object);
  if (structure !== undefined && hasMember(structure, key)) {
    return byName(structure.at(key), show);
  }
  const own = key.replace(/^\$/, '');
  if (own in object) {
    return ownField(object, own, show);
  }
  // `await` asks every value for `then`.
  return structure === undefined || key === 'then' ? undefined : byName(structure.at(key), show);
}

function ownField(
  object: KernelObject,
  key: string,
  show: (object: KernelObject) => string,
): unknown {
  const value = object[key as keyof KernelObject] as unknown;
  if (typeof value !== 'function') {
    return value;
  }
  return (...args: unknown[]) => {
    const result: unknown = value.apply(object, args);
    return isObject(result) ? byName(result, show) : result;
  };
}

function hasMember(structure: KernelObject, name: string): boolean {
  const { type } = structure.type;
  return (
    (type?.kind === 'struct' || type?.kind === 'union') && type.struct.member(name) !== undefined
  );
}

/** The structure itself, or the one that a pointer leads to. */
function structureOf(object: KernelObject): KernelObject | undefined {
  const { type } = object.type;
  if (type?.kind === 'struct' || type?.kind === 'union') {
    return object;
  }
  const leadsTo = type?.kind === 'pointer' ? type.to?.kind : undefined;
  return leadsTo === 'struct' || leadsTo === 'union' ? object.dereference() : undefined;
}

function primitiveOf(object: KernelObject): bigint | string {
  const { type } = object.type;
  const isText = type?.kind === 'array' && type.count > 0 && isCharacter(object.at('[0]').type);
  return isText ? object.text() : object.bigint();
}

function isObject(value: unknown): value is KernelObject {
  return (
    typeof value === 'object' && value !== null && 'dereference' in value && 'members' in value
  );
}
