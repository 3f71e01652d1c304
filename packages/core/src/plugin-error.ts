import { isVmcorekitError, VmcorekitError } from './errors.ts';
import { firstLine } from './text.ts';

/** An error of this library as it is, every other as the failure of what `name` names. */
export function asPluginError(name: string, error: unknown): VmcorekitError {
  return isVmcorekitError(error)
    ? error
    : new VmcorekitError(
        'plugin-failed',
        { what: name, because: describeThrown(error) },
        { cause: error },
      );
}

/** Why something failed: an error of this library in its own words, every other with its name. */
export function reasonOf(error: unknown): string {
  return isVmcorekitError(error) ? error.message : describeThrown(error);
}

/** A plug-in may throw or yield anything, even what cannot be turned into text. */
export function describeThrown(thrown: unknown): string {
  try {
    return firstLine(
      thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown),
    );
  } catch {
    return 'what cannot be told';
  }
}
