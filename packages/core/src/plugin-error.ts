import { isVmcorekitError, VmcorekitError } from './errors.ts';
import { firstLine } from './text.ts';

/** An error of this library unchanged; any other as a failure of the plug-in called `name`. */
export function asPluginError(name: string, error: unknown): VmcorekitError {
  return isVmcorekitError(error)
    ? error
    : new VmcorekitError(
        'plugin-failed',
        { what: name, because: describeThrown(error) },
        { cause: error },
      );
}

/** Why something failed: this library's errors in their own words, any other with its name. */
export function reasonOf(error: unknown): string {
  return isVmcorekitError(error) ? error.message : describeThrown(error);
}

/**
 * Describes a thrown or yielded value. A plug-in may use anything, even a value that cannot become
 * text.
 */
export function describeThrown(thrown: unknown): string {
  try {
    return firstLine(
      thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown),
    );
  } catch {
    return 'an unprintable value';
  }
}
