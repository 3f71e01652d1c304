import type { ServerContext } from '@modelcontextprotocol/server';
import type { Progress } from '@vmcorekit/core';

/** The signal that cancels a call, and the listener to its progress. */
export interface Work {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

const millisecondsBetween = 200;

/** The work of one call: the client may cancel it, and hears of its progress if it asked to. */
export function workOf({ mcpReq }: ServerContext): Work {
  const { _meta: meta } = mcpReq;
  const token = meta?.progressToken;
  let steps = 0;
  let nextAt = 0;
  return {
    signal: mcpReq.signal,
    onProgress({ doing, fraction }) {
      const now = performance.now();
      if (token === undefined || now < nextAt) {
        return;
      }
      nextAt = now + millisecondsBetween;
      steps++;
      const share = fraction === null ? '' : `, ${Math.floor(fraction * 100)} %`;
      // The protocol wants a number that only grows, and a call has several works after another.
      const params = { progressToken: token, progress: steps, message: `${doing}${share}` };
      // A client that has gone needs no progress.
      mcpReq.notify({ method: 'notifications/progress', params }).catch(() => {});
    },
  };
}
