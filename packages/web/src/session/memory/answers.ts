import type { MemoryCalls } from '../../protocol/memory-calls.ts';
import type { Answers } from '../answers.ts';
import type { OpenSession } from '../open-session.ts';
import { placeOf } from './place.ts';
import { readWindow } from './read-window.ts';
import { translate } from './translate.ts';

/** Answers about memory. */
export function memoryAnswers(session: OpenSession): Answers<MemoryCalls> {
  return {
    read: async (given, work) => readWindow(session.dump, await session.kernel(work), given),
    place: async (given, work) => placeOf(await session.kernel(work), given.text),
    translate: async (given, work) =>
      translate(session.dump, await session.kernel(work), given.address),
  };
}
