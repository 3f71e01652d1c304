/** What takes statements: a database, or a transaction in it. */
export interface Queryable {
  /**
   * Runs a statement, and returns its rows. Without values the text may hold several statements;
   * their rows come one after the other. Rejects with the database's error.
   */
  query<Row extends object = Readonly<Record<string, unknown>>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<Row[]>;
}

export interface Listening {
  /** Never rejects. */
  close(): Promise<void>;
}

/** PostgreSQL: a server, or one that runs inside this process. */
export interface Database extends Queryable {
  readonly kind: 'postgres' | 'pglite';
  /** What to call it in messages. It holds no password. */
  readonly name: string;
  /** Commits what `work` did, or rolls back if it rejects. */
  transaction<Result>(work: (transaction: Queryable) => Promise<Result>): Promise<Result>;
  /** Calls `heard` at each `notify` on the channel, also of other processes. */
  listen(channel: string, heard: () => void): Promise<Listening>;
  close(): Promise<void>;
}
