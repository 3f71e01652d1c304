import { announcingGuard, type GuardedWork } from '@vmcorekit/browser';
import type { Transfer } from '@vmcorekit/core';
import type { FromWorker, Progress, StrayError, ToWorker } from '../protocol/messages.ts';
import type { SessionStart } from '../protocol/session-start.ts';
import type { Session } from './session.ts';
import type { SessionHost } from './session-host.ts';

/** What a worker has of its surroundings; the types of a page do not know workers. */
interface WorkerScope {
  postMessage(message: FromWorker): void;
  addEventListener(
    kind: 'message',
    listen: (event: MessageEvent<ToWorker>) => void,
    isCapturing: boolean,
  ): void;
}

/** A page can show no more news than this. */
const progressPauseInMilliseconds = 50;

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
  // Plug-ins lose the door to the page, and may replace any method: what is used later is kept now.
  const post = scope.postMessage.bind(scope);
  const now = performance.now.bind(performance);
  const running = new Map<number, AbortController>();
  const loaded = load();
  let session: Promise<Session> | undefined;

  const begin = async (start: SessionStart): Promise<Session> => {
    const announce = (work: GuardedWork): void => post({ kind: 'guarded', work });
    const guard = announcingGuard(announce, new Set(Object.keys(start.leftOut)));
    const stray = (error: StrayError): void => post({ kind: 'stray', stray: error });
    const transferred = (transfer: Transfer): void => post({ kind: 'transfer', transfer });
    return await open(start, { guard, announce, stray, transferred }, await loaded);
  };
  const run = async ({ id, name, given }: Extract<ToWorker, { kind: 'call' }>): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    let toldAt = -progressPauseInMilliseconds;
    const onProgress = ({ doing, fraction }: Progress): void => {
      if (now() - toldAt >= progressPauseInMilliseconds) {
        toldAt = now();
        post({ kind: 'progress', id, progress: { doing, fraction } });
      }
    };
    try {
      const answering = await session;
      controller.signal.throwIfAborted();
      const answer = await answering?.answer(name, given, {
        signal: controller.signal,
        onProgress,
      });
      post({ kind: 'answer', id, answer: answer as never });
    } catch (error) {
      const { failureOf } = await loaded;
      post({ kind: 'failure', id, failure: failureOf(error) });
    } finally {
      running.delete(id);
    }
  };
  const listen = ({ data, isTrusted }: MessageEvent<ToWorker>): void => {
    // A plug-in can make an event, and no trusted one.
    if (!isTrusted) {
      return;
    }
    switch (data.kind) {
      case 'start':
        session = begin(data.start);
        // Each call reports it.
        session.catch(() => undefined);
        break;
      case 'cancel':
        running.get(data.id)?.abort();
        break;
      case 'ping':
        post({ kind: 'pong' });
        break;
      case 'call':
        void run(data);
    }
  };
  // Capturing, and first: no listener of a plug-in stops it.
  scope.addEventListener('message', listen, true);
}
