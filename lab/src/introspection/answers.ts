/** A task of `vmcorekit ps --json`. A field that is null or absent claims nothing. */
export interface AnsweredTask {
  readonly address: string;
  /** Of the thread. */
  readonly pid: number;
  /** Of its process: the thread group's leader. */
  readonly tgid: number;
  readonly ppid?: number | null;
  readonly comm?: string | null;
  /** Begins with the letter that /proc shows. */
  readonly state?: string | null;
  readonly cpu?: number | null;
  /** The views of the kernel that have it; `runqueue` is one. */
  readonly seenBy?: readonly string[];
  readonly kernelThread?: boolean | null;
  readonly uid?: number | null;
  readonly gid?: number | null;
  readonly euid?: number | null;
  readonly egid?: number | null;
  readonly nice?: number | null;
  readonly virtualSizeInBytes?: number | null;
  readonly residentSizeInBytes?: number | null;
  /** Since boot. */
  readonly startTimeInNanoseconds?: number | null;
  readonly minorFaults?: number | null;
  readonly majorFaults?: number | null;
  /** How often it gave up its CPU, and how often that was taken: the proof that it moved. */
  readonly voluntarySwitches?: number | null;
  readonly involuntarySwitches?: number | null;
}

/** What `vmcorekit ps --json` must hold for a comparison. */
export interface PsAnswer {
  readonly tasks: readonly AnsweredTask[];
}

/** A frame of `vmcorekit bt --json`. */
export interface AnsweredFrame {
  /** A return address, in hexadecimal with 0x. */
  readonly address: string;
  readonly symbol?: string | null;
  /** From the symbol's start, in bytes. */
  readonly offset?: number | null;
  readonly module?: string | null;
  /** `user` is no frame of the kernel. */
  readonly kind?: string | null;
}

/** What `vmcorekit bt --all --json` must hold for a comparison. */
export interface BtAnswer {
  readonly stacks: readonly {
    readonly pid: number | null;
    readonly cpu?: number | null;
    readonly frames: readonly AnsweredFrame[];
    readonly end?: {
      readonly isComplete: boolean;
      readonly reason: string;
      readonly detail?: string | null;
    };
  }[];
}

/** What `vmcorekit mod --json` must hold for a comparison. */
export interface ModAnswer {
  readonly modules: readonly {
    readonly name: string;
    /** In hexadecimal with 0x. */
    readonly base?: string | null;
    readonly size?: number | null;
  }[];
}
