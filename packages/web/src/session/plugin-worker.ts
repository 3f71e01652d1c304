import { printable, VmcorekitError } from '@vmcorekit/core';
import { pluginWorkerPolicy } from '../policy.ts';
import { confine } from './plugins/confine.ts';
import { loadPlugins } from './plugins/load-plugins.ts';
import { policyProblem } from './plugins/policy-in-force.ts';
import { serve } from './serve.ts';

serve(
  () => import('./session.ts'),
  async (start, host, { Session }) => {
    const problem = await policyProblem();
    if (problem !== undefined) {
      throw new VmcorekitError('usage', {
        what: 'plug-ins',
        got: printable(problem),
        allowed: `only with this policy for plugin-worker.js: ${pluginWorkerPolicy}`,
      });
    }
    confine();
    const { plugins, ...pluginOutcome } = await loadPlugins(start, host);
    return new Session({ ...host, ...start, plugins, pluginOutcome });
  },
);
