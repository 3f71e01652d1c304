import { describeThrown } from './describe-thrown.ts';
import { isVmcorekitError, VmcorekitError } from './errors.ts';

/** An error of this library as it is, every other as the failure of what `name` names. */
export function asPluginError(name: string, error: unknown): VmcorekitError {
  return isVmcorekitError(error)
    ? error
    : new VmcorekitError('plugin-failed', { what: name, because: describeThrown(error) }, { cause: error });
}
