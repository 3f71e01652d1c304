/** One kind of file that a format's writer makes. */
export interface OutputKind {
  /** The argument of `convert --to`; unique among the kinds of all formats. */
  readonly name: string;
  /** With its article, for messages: `an ELF file`. */
  readonly summary: string;
  /** Endings of file names that select this kind: lower case, with the dot. */
  readonly endings: readonly string[];
  /** True where the kind can be written to a sink that cannot seek, such as a pipe. */
  readonly isSequential?: boolean;
  /**
   * Which tools cannot open such a file, and how to convert it for them: one line for people. Left
   * out where all tools can.
   */
  readonly limits?: string;
  /** True where it has no place for notes, registers and header values. */
  readonly holdsMemoryAlone?: true;
  /** True where its pages can be compressed, each by itself. */
  readonly compressesPages?: true;
  /** True where the header states phys_base, and can also say that it is not known. */
  readonly statesPhysBase?: boolean;
}
