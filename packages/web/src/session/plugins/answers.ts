import type { PluginCalls } from '../../protocol/plugin-calls.ts';
import type { Answers } from '../answers.ts';
import type { OpenSession } from '../open-session.ts';

/** Answers about the user's plug-ins. */
export function pluginAnswers(session: OpenSession): Answers<PluginCalls> {
  return {
    plugins: () => session.options.pluginOutcome ?? { loaded: [], failed: [] },
  };
}
