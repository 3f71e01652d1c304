import { announcingGuard } from '@vmcorekit/browser';
import type { FromWorker, ToWorker } from '../protocol/messages.ts';

/** What a worker has of its surroundings; the types of a page do not know workers. */
interface WorkerScope {
  postMessage(message: FromWorker): void;
  addEventListener(kind: 'message', listen: (event: MessageEvent<ToWorker>) => void): void;
}

const scope = globalThis as unknown as WorkerScope;
const running = new Map<number, AbortController>();
// A chunk of its own: the page is there before the worker has loaded everything.
const loaded = import('./session.ts');
const session = loaded.then(
  ({ Session }) =>
    new Session({
      guard: announcingGuard((work) => scope.postMessage({ kind: 'guarded', work })),
    }),
);

scope.addEventListener('message', ({ data }) => {
  if (data.kind === 'cancel') {
    running.get(data.id)?.abort();
  } else {
    void run(data);
  }
});

async function run({ id, name, given }: Extract<ToWorker, { kind: 'call' }>): Promise<void> {
  const controller = new AbortController();
  running.set(id, controller);
  try {
    const answer = await (await session).answer(name, given, {
      signal: controller.signal,
      onProgress: ({ doing, fraction }) =>
        scope.postMessage({ kind: 'progress', id, progress: { doing, fraction } }),
    });
    scope.postMessage({ kind: 'answer', id, answer });
  } catch (error) {
    const { failureOf } = await loaded;
    scope.postMessage({ kind: 'failure', id, failure: failureOf(error) });
  } finally {
    running.delete(id);
  }
}
