/** How slow a server may be. */
export interface Patience {
  /** How long it may take to answer, and how often its speed is looked at. */
  readonly windowInMilliseconds: number;
  /** What must come in each window, unless less is missing. */
  readonly leastBytesInWindow: number;
}

/** A byte a second keeps a connection alive for ever; a modem brings 1 KiB in that time. */
export const usualPatience: Patience = {
  windowInMilliseconds: 30_000,
  leastBytesInWindow: 30 * 1024,
};
