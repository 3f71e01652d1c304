import type { Dump } from '@vmcorekit/core';
import type { DriveOptions, Toolkit } from '@vmcorekit/engine';
import { verificationJson, verificationReport } from '@vmcorekit/report';
import type { Verified } from '../../protocol/scan-calls.ts';
import { pageStyle } from '../page-style.ts';
import { refuseBeyondLimit } from '../refuse-beyond-limit.ts';

const bytesPerMegabyte = 1_000_000;

/** Reads everything that a dump holds, as `verify` does; its progress says how fast. */
export async function verify(toolkit: Toolkit, dump: Dump, work: DriveOptions): Promise<Verified> {
  refuseBeyondLimit(dump);
  const started = performance.now();
  const before = dump.statistics;
  const bytesRead = (): number => dump.statistics.bytesRead - before.bytesRead;
  const verification = await toolkit.verify(dump, {
    ...work,
    onProgress: (progress) => {
      const seconds = (performance.now() - started) / 1000;
      const rate = Math.round(bytesRead() / bytesPerMegabyte / seconds);
      work.onProgress?.({ ...progress, doing: `${progress.doing}, ${rate} MB/s` });
    },
  });
  const statistics = {
    bytesRead: bytesRead(),
    pagesRead: dump.statistics.pagesRead - before.pagesRead,
  };
  return {
    isSound: verification.isSound,
    text: verificationReport(dump, verification, statistics, pageStyle),
    json: verificationJson(dump, verification, statistics),
  };
}
