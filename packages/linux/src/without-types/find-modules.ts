import { type Kernel, type StructType, tryRead } from '@vmcorekit/core';
import { listNodes } from '../containers/list.ts';
import { WalkNotes } from '../containers/walk.ts';
import { isAgreed, offsetsThat, onlyOf } from './agreement.ts';
import { type FoundMember, foundStruct } from './found-struct.ts';
import { TaskWindow as Window } from './task-window.ts';

/** No list lies farther from the start of a module's structure. */
const farthestList = 64;
const largestStructInBytes = 2048;
const mostModules = 4096;
/** MODULE_NAME_LEN is so many bytes less a pointer. Source: Linux, include/linux/moduleparam.h. */
const nameSpace = 64;
const moduleName = /^[A-Za-z0-9_-]+$/;
const pageSizeInBytes = 4096n;
const largestModuleInBytes = 64 * 1024 * 1024;

/**
 * Finds `struct module` by what every module on the kernel's list shows: a pointer to its own start
 * (`mkobj.mod`), a name, and memory that holds the structure itself (`core_layout`, before Linux
 * 6.4). A sentence where the modules do not agree.
 */
export function findModules({
  memory,
  symbols,
}: Pick<Kernel, 'memory' | 'symbols'>): StructType | string {
  const head = symbols.find('modules')?.address;
  if (head === undefined) {
    return `the symbols (${symbols.from}) do not name modules, where the modules begin`;
  }
  const word = memory.wordSizeInBits / 8;
  const nodes: Window[] = [];
  const isEmpty = tryRead(() => memory.readPointer(head)) === head;
  for (const node of listNodes({ memory }, head, new WalkNotes(), { limit: mostModules })) {
    nodes.push(new Window(memory, node));
  }
  if (isEmpty) {
    // No module is loaded, so none is read by this.
    return foundStruct('module', null, membersFrom({ list: 0, name: 0, state: 0 }, word), word);
  }
  if (nodes.length === 0) {
    return 'the list of modules cannot be read';
  }
  const distances = [];
  for (let distance = word; distance <= farthestList; distance += word) {
    const isOwn = (node: Window, offset: number) => {
      const value = node.word(offset);
      return value === undefined ? undefined : node.address - value === BigInt(distance);
    };
    if (offsetsThat(nodes, word, isOwn, largestStructInBytes).length > 0) {
      distances.push(distance);
    }
  }
  const list = onlyOf(distances);
  if (list === undefined) {
    return 'no pointer in every module leads to its own start';
  }
  const modules = nodes.map(({ address }) => new Window(memory, address - BigInt(list)));
  const [name, ...further] = offsetsThat(
    modules,
    4,
    (module, offset) => moduleName.test(textAt(module, offset, nameSpace - word) ?? ''),
    largestStructInBytes,
  );
  // A name without its first letters is like a name as well.
  if (name === undefined || further.some((offset) => offset >= name + nameSpace - word)) {
    return 'no text in every module is like a name, or several are';
  }
  const isState = (module: Window) => {
    const state = module.uint32(0);
    return state === undefined ? undefined : state <= 3;
  };
  const state = isAgreed(modules, isState) && list >= 4 ? 0 : undefined;
  return foundStruct(
    'module',
    null,
    [...membersFrom({ list, name, state }, word), ...layoutOf(modules, word)],
    word,
  );
}

function membersFrom(
  { list, name, state }: Readonly<Record<'list' | 'name' | 'state', number | undefined>>,
  word: number,
): FoundMember[] {
  return [
    { path: 'list', offset: list, kind: 'list' },
    { path: 'name', offset: name, kind: 'name', sizeInBytes: nameSpace - word },
    { path: 'state', offset: state, kind: 'unsigned' },
  ];
}

/** The memory of live modules: the structure lies in it, and its parts rise. */
function layoutOf(modules: readonly Window[], word: number): FoundMember[] {
  if (!modules.every((module) => module.uint32(0) === 0)) {
    return [];
  }
  const sizes = ['size', 'text_size', 'ro_size', 'ro_after_init_size'] as const;
  const offset = onlyOf(
    offsetsThat(
      modules,
      word,
      (module, at) => {
        const base = module.word(at);
        const [size = 0, text = 0, ro = 0, roAfterInit = 0] = sizes.map(
          (_, index) => module.uint32(at + word + index * 4) ?? 0,
        );
        return base === undefined
          ? undefined
          : base % pageSizeInBytes === 0n &&
              size <= largestModuleInBytes &&
              [size, text, ro, roAfterInit].every((each) => each % 4096 === 0) &&
              base <= module.address &&
              module.address < base + BigInt(size) &&
              text > 0 &&
              text <= ro &&
              ro <= roAfterInit &&
              roAfterInit <= size;
      },
      largestStructInBytes,
    ),
  );
  return offset === undefined
    ? []
    : [
        { path: 'core_layout.base', offset, kind: 'pointer' },
        ...sizes.map(
          (each, index): FoundMember => ({
            path: `core_layout.${each}`,
            offset: offset + word + index * 4,
            kind: 'unsigned',
          }),
        ),
      ];
}

function textAt(window: Window, offset: number, sizeInBytes: number): string | undefined {
  let text = '';
  for (let at = offset; at < offset + sizeInBytes; at += 4) {
    for (const byte of window.bytesAt(at) ?? []) {
      if (byte === 0) {
        return text;
      }
      if (byte < 0x20 || byte > 0x7e) {
        return undefined;
      }
      text += String.fromCharCode(byte);
    }
  }
  return undefined;
}
