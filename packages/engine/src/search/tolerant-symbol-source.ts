import { describeThrown, isVmcorekitError, type SymbolSource } from '@vmcorekit/core';

/** The same source, but one that finds nothing where its carving fails: whoever asks for symbols asks several sources, and not for that. */
export function tolerantSymbolSource(source: SymbolSource, onFailure: (name: string, because: string) => void): SymbolSource {
  if (source.carve === undefined) {
    return source;
  }
  const { name } = source;
  const carve = source.carve.bind(source);
  return {
    ...source,
    *carve(dump, space, runs) {
      try {
        return yield* carve(dump, space, runs);
      } catch (error) {
        onFailure(name, isVmcorekitError(error) ? error.message : describeThrown(error));
        return undefined;
      }
    },
  };
}
