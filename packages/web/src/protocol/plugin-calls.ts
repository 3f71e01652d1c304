/** What is asked of the user's plug-ins. */
export interface PluginCalls {
  plugins: { readonly given: object; readonly answer: PluginOutcome };
}

/** What became of the files that the user gave as plug-ins. */
export interface PluginOutcome {
  readonly loaded: readonly LoadedPlugin[];
  readonly failed: readonly FailedPlugin[];
}

export interface LoadedPlugin {
  readonly file: string;
  readonly name: string;
  /** What it contributes, as `heuristic 'acme-note'`. */
  readonly contributions: readonly string[];
}

export interface FailedPlugin {
  readonly file: string;
  readonly because: string;
}
