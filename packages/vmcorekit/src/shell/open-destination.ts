import type { ExitStatus } from '../exit-status.ts';
import type { OutputStream } from '../io.ts';

/** Where the answer of a line goes. `end` waits until it is there, and gets how the line ended. */
export interface OpenDestination {
  readonly stdout: OutputStream;
  end(status: ExitStatus): Promise<void>;
}
