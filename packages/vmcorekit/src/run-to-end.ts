import { type ExitStatus, exitStatus } from './exit-status.ts';
import { type Io, OutputError } from './io.ts';

/**
 * Runs a command to its end, and returns its exit status. Never throws: what goes wrong is written
 * to stderr, and with `json` to stdout as well. Says nothing of an interrupt, nor where the reader
 * of the output has gone.
 */
export async function runToEnd(
  io: Io,
  asked: { readonly json: boolean; readonly debug: boolean },
  command: () => Promise<ExitStatus>,
): Promise<ExitStatus> {
  try {
    return await command();
  } catch (error) {
    if (io.signal.aborted) {
      return exitStatus.interrupted;
    }
    if (error instanceof OutputError && error.isBrokenPipe) {
      return exitStatus.answered;
    }
    // Loaded here because it needs core, and help and version must not wait for core.
    const { reportFinalError } = await import('./terminal/report-error.ts');
    return await reportFinalError(io, error, asked);
  }
}
