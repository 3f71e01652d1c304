/** What a worker knows before its first call. */
export interface SessionStart {
  /** The user's own plug-ins. */
  readonly plugins: readonly PluginFile[];
  /** What hung in an earlier worker, and why it is not run again. */
  readonly leftOut: Readonly<Record<string, string>>;
  /** A step of a plug-in that takes longer hangs. */
  readonly stepLimitInMilliseconds: number;
}

/** A module of JavaScript, as the user gave it. */
export interface PluginFile {
  readonly name: string;
  readonly text: string;
}
