/** What the command's exit status says; of several dumps the highest counts. */
export const exitStatus = {
  /** The answer is certain or probable. */
  answered: 0,
  /** There is no answer: no kernel, several and nothing selects, or nothing at the address. */
  unanswered: 1,
  /** An argument, an option or a symbol file is wrong. */
  usage: 2,
  /** A file cannot be read as a dump. */
  unreadable: 3,
  /** Ctrl-C: 128 and the signal's number, as shells say it. */
  interrupted: 130,
  hungUp: 129,
  terminated: 143,
} as const;

export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];

/** What the exit statuses of a command mean, a line each. */
export type ExitMeanings = Readonly<Partial<Record<ExitStatus, string>>>;

/** Of a command that reads no dump. */
export const plainExits: ExitMeanings = {
  0: 'done',
  2: 'the command line or the configuration is wrong, or the output failed',
};

/** Of a command that reads dumps; most say more about 0 and 1. */
export const dumpExits: ExitMeanings = {
  ...plainExits,
  3: 'a file cannot be read as a dump',
};

/** Of the tool as a whole. */
export const generalExits: ExitMeanings = {
  ...dumpExits,
  0: 'the answer is certain or probable',
  1: 'there is no answer, or a part could not be read',
};
