import { BlobSource } from '@vmcorekit/browser';
import type { DumpCalls } from '../../protocol/dump-calls.ts';
import type { Answers } from '../answers.ts';
import { fetched } from '../fetched.ts';
import type { OpenSession } from '../open-session.ts';
import { givenFiles } from './given-files.ts';
import { located } from './locate.ts';
import { openedFiles, openFiles } from './open-files.ts';

/** Answers about the dump as a whole. */
export function dumpAnswers(session: OpenSession): Answers<DumpCalls> {
  return {
    open: async (given, work) => {
      session.close();
      await session.indexes.prepare(given.files.map((file) => new BlobSource(file).version));
      const files = givenFiles(given, session.options.addresses);
      const opened = await openFiles(session.toolkit, files, given, work);
      session.take(opened.dump, opened.symbols);
      const { pinned = null } = session.options.addresses ?? {};
      return openedFiles(opened, given.files, pinned);
    },
    fetchedElsewhere: ({ elsewhereInBytes }) => {
      session.options.addresses?.noteElsewhere(elsewhereInBytes);
      return null;
    },
    locate: async (given, work) => {
      const started = performance.now();
      const verdict = await session.locate({ ...given, ...work });
      const kernel = await session.kernel(work);
      const milliseconds = Math.round(performance.now() - started);
      return located(session.dump, verdict, milliseconds, kernel !== null);
    },
    heuristics: () =>
      session.toolkit.registry.all('heuristics').map(({ name, summary }) => ({ name, summary })),
    info: async (_given, work) =>
      (await fetched(import('./info.ts'))).infoOf(session.toolkit, session.dump, work),
    describe: async (_given, work) => {
      const { describeOf } = await fetched(import('./describe.ts'));
      return await describeOf(session.toolkit, session.dump, await session.located(work), work);
    },
    cpus: async (_given, work) => {
      const { cpusOf } = await fetched(import('./cpus.ts'));
      return await cpusOf(session.dump, await session.kernel(work), work);
    },
  };
}
