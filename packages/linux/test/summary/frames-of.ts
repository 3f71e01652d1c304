import type { StackFrame } from '@vmcorekit/core';

/** What a signature reads of a frame. */
export type NamedFrame = Pick<StackFrame, 'symbol' | 'kind' | 'isGuess' | 'module'>;

/**
 * Frames by name: `~name` was interrupted, `?name` is a guess, `name [module]` is of a module,
 * `user` is of a program.
 */
export function framesOf(...names: readonly string[]): NamedFrame[] {
  return names.map((name) => {
    const [, symbol = '', module] = /^[~?]?([^ ]*)(?: \[(.*)\])?$/.exec(name) ?? [];
    return {
      symbol: name === 'user' ? null : symbol,
      kind: name === 'user' ? 'user' : name.startsWith('~') ? 'interrupted' : 'return',
      isGuess: name.startsWith('?'),
      module: module ?? null,
    };
  });
}
