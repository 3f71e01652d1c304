/** One thing that an address is. */
export interface AddressAnswer {
  /**
   * `symbol`, `module`, `per-CPU`, `task`, `stack`, `page`, `direct map`, `slab`, `vmalloc`,
   * `user mapping`, `mapping`.
   */
  readonly kind: string;
  /** For people. Names come from the dump: escape them for a terminal. */
  readonly text: string;
  /** What proves it. */
  readonly how: string;
  /** By name, plain: addresses are hexadecimal text. Null means "not proved". */
  readonly facts: Readonly<Record<string, string | number | null>>;
}
