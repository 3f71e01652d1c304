import type { DumpFiles } from './dumps-of.ts';

/**
 * Says whether there are at least `count` dumps, and gives all of them again. Dumps that it looked
 * at stay open until the caller takes them. Those that are never taken are closed.
 */
export async function haveAtLeast(
  count: number,
  dumps: AsyncGenerator<DumpFiles, void, void>,
): Promise<{ readonly areMany: boolean; readonly all: AsyncGenerator<DumpFiles, void, void> }> {
  const first: DumpFiles[] = [];
  try {
    while (first.length < count) {
      const { done, value } = await dumps.next();
      if (done === true) {
        break;
      }
      first.push(value);
    }
  } catch (error) {
    closeAll(first);
    throw error;
  }
  return { areMany: first.length >= count, all: inOrder(first, dumps) };
}

async function* inOrder(
  first: DumpFiles[],
  others: AsyncGenerator<DumpFiles, void, void>,
): AsyncGenerator<DumpFiles, void, void> {
  try {
    for (let next = first.shift(); next !== undefined; next = first.shift()) {
      yield next;
    }
    yield* others;
  } finally {
    closeAll(first);
    await others.return();
  }
}

function closeAll(dumps: readonly DumpFiles[]): void {
  for (const dump of dumps) {
    for (const part of 'parts' in dump ? dump.parts : []) {
      part[Symbol.dispose]();
    }
  }
}
