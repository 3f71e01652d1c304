/** A dump at a place where it can be read. */
export interface Place {
  /** The parts of a split dump, in order; else one path. */
  readonly files: readonly string[];
  /** Equal as long as nothing changed the files. */
  readonly stamp: string;
}
