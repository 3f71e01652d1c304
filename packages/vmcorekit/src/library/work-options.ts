import type { DriveOptions } from '@vmcorekit/engine';

/** Cancel and progress of everything that works long. */
export type WorkOptions = Pick<DriveOptions, 'signal' | 'onProgress'>;
