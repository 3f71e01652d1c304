import type { DeltaLog } from '../memory/delta-log.ts';
import type { RunLog } from '../memory/run-log.ts';
import type { RamBlocks } from './ram-blocks.ts';

/** What of a stream's memory is known so far. */
export interface RamRecords {
  readonly blocks: RamBlocks;
  readonly runs: RunLog;
  readonly deltas: DeltaLog;
}
