import { announcingGuard, type GuardedWork } from '@vmcorekit/browser';
import type { FromWorker, ToWorker } from '../protocol/messages.ts';
import type { SessionStart } from '../protocol/session-start.ts';
import type { Session } from './session.ts';
import type { SessionHost } from './session-host.ts';

/** What a worker has of its surroundings; the types of a page do not know workers. */
interface WorkerScope {
  postMessage(message: FromWorker): void;
  addEventListener(kind: 'message', listen: (event: MessageEvent<ToWorker>) => void): void;
}

type SessionModule = typeof import('./session.ts');

/**
 * Answers the page. `load` fetches the session while the page still starts; `open` makes it, once
 * the page has said how.
 */
export function serve(
  load: () => Promise<SessionModule>,
  open: (start: SessionStart, host: SessionHost, module: SessionModule) => Promise<Session>,
): void {
  const scope = globalThis as unknown as WorkerScope;
  const running = new Map<number, AbortController>();
  const loaded = load();
  let session: Promise<Session> | undefined;

  const begin = async (start: SessionStart): Promise<Session> => {
    const announce = (work: GuardedWork): void => scope.postMessage({ kind: 'guarded', work });
    const guard = announcingGuard(announce, new Set(Object.keys(start.leftOut)));
    return await open(start, { guard, announce }, await loaded);
  };
  const run = async ({ id, name, given }: Extract<ToWorker, { kind: 'call' }>): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const answering = await session;
      controller.signal.throwIfAborted();
      const answer = await answering?.answer(name, given, {
        signal: controller.signal,
        onProgress: ({ doing, fraction }) =>
          scope.postMessage({ kind: 'progress', id, progress: { doing, fraction } }),
      });
      scope.postMessage({ kind: 'answer', id, answer: answer as never });
    } catch (error) {
      const { failureOf } = await loaded;
      scope.postMessage({ kind: 'failure', id, failure: failureOf(error) });
    } finally {
      running.delete(id);
    }
  };
  scope.addEventListener('message', ({ data }) => {
    switch (data.kind) {
      case 'start':
        session = begin(data.start);
        // Each call reports it.
        session.catch(() => undefined);
        break;
      case 'cancel':
        running.get(data.id)?.abort();
        break;
      case 'call':
        void run(data);
    }
  });
}
