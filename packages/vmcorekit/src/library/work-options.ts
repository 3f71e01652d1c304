import type { DriveOptions } from '@vmcorekit/engine';

/** The signal that ends long work, and the listener to its progress. */
export type WorkOptions = Pick<DriveOptions, 'signal' | 'onProgress'>;
