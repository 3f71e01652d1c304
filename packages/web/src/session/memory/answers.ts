import { drive } from '@vmcorekit/engine';
import type { MemoryCalls } from '../../protocol/memory-calls.ts';
import type { Answers } from '../answers.ts';
import { fetched } from '../fetched.ts';
import type { OpenSession } from '../open-session.ts';
import { byteAt } from './byte-at.ts';
import { heldBeyondGap } from './next-held.ts';
import { memoryOverview } from './overview.ts';
import { readWindow } from './read-window.ts';
import { memoryShape } from './shape.ts';

/** Answers about memory. */
export function memoryAnswers(session: OpenSession): Answers<MemoryCalls> {
  return {
    read: async (given, work) => readWindow(session.dump, await session.kernel(work), given),
    memoryShape: async (_given, work) => memoryShape(session.dump, await session.kernel(work)),
    memoryOverview: async (_given, work) =>
      await drive(memoryOverview(session.dump.image.memory), work, 'looking at memory'),
    byteAt: async (given, work) => byteAt(session.dump, await session.kernel(work), given),
    nextHeld: async (given, work) => {
      const looking = heldBeyondGap(session.dump, await session.kernel(work), given);
      return { address: await drive(looking, work, 'looking for memory') };
    },
    place: async (given, work) => {
      const { placeOf } = await fetched(import('./place.ts'));
      return placeOf(await session.kernel(work), given.text, given.space);
    },
    translate: async (given, work) => {
      const { translate } = await fetched(import('./translate.ts'));
      return translate(session.dump, await session.kernel(work), given.address);
    },
  };
}
