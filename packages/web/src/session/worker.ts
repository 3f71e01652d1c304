import { serve } from './serve.ts';

// A chunk of its own: the page is there before the worker has loaded everything.
serve(
  () => import('./session.ts'),
  async (start, host, { Session }) => new Session({ ...host, ...start, plugins: [] }),
);
