import { VmcorekitError } from '@vmcorekit/core';
import { confine, isConfined } from './plugins/confine.ts';
import { loadPlugins } from './plugins/load-plugins.ts';
import { serve } from './serve.ts';

serve(
  () => import('./session.ts'),
  async (start, host, { Session }) => {
    if (!isConfined()) {
      throw new VmcorekitError('usage', {
        what: 'plug-ins',
        got: 'a server that sends no policy for plugin-worker.js',
        allowed: 'only with the policy that confines them (docs/browser.md)',
      });
    }
    confine();
    const { plugins, ...pluginOutcome } = await loadPlugins(start, host);
    return new Session({ ...host, ...start, plugins, pluginOutcome });
  },
);
