import { isZero, type PageFilter } from '@vmcorekit/core';

/** Marks pages that hold only zeros as zero, so that no format stores their bytes. */
export const zeroFilter: PageFilter = {
  name: 'zero',
  summary: 'store no page that is all zero',
  begin: () => (page) => (page.state === 'zero' || isZero(page.bytes()) ? 'zero' : 'keep'),
};
