/** One kind of file that a format's writer makes. */
export interface OutputKind {
  /** What `convert --to` takes; unique among the kinds of all formats. */
  readonly name: string;
  /** With its article, for messages: `an ELF file`. */
  readonly summary: string;
  /** Ends of file names that ask for this kind: lower case, with the dot. */
  readonly endings: readonly string[];
  /** True where a sink that cannot seek, such as a pipe, is enough. */
  readonly isSequential?: boolean;
  /**
   * Which tools do not open such a file, and what makes one that they do: one line for people,
   * where there are any.
   */
  readonly limits?: string;
  /** True where the header states phys_base, and so can say that it is not known. */
  readonly statesPhysBase?: boolean;
}
