import { Addresses } from './dump/addresses.ts';
import { serve } from './serve.ts';

// The only worker whose policy lets it reach other servers; it opens no dump of a file alone.
serve(
  () => import('./session.ts'),
  async (start, host, { Session }) =>
    new Session({ ...host, ...start, plugins: [], addresses: new Addresses(host) }),
);
