import { type Container, magicAt } from '@vmcorekit/core';
import { namedContainer } from './named-container.ts';

/** Source: AFFLIB, aff.h. */
export const aff: Container = namedContainer({
  name: 'aff',
  summary: 'evidence of AFF, before version 4',
  advice: 'export it first: affcat FILE > DUMP',
  probe: magicAt(0, 'AFF10\r\n\0'),
});
