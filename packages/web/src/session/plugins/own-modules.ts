import * as analyzers from '@vmcorekit/analyzers';
import * as core from '@vmcorekit/core';
import * as engine from '@vmcorekit/engine';
import * as linux from '@vmcorekit/linux';
import * as report from '@vmcorekit/report';

/** The packages that a plug-in gets from the page: its own copies would be others. */
export const ownModules: Readonly<Record<string, object>> = {
  '@vmcorekit/analyzers': analyzers,
  '@vmcorekit/core': core,
  '@vmcorekit/engine': engine,
  '@vmcorekit/linux': linux,
  '@vmcorekit/report': report,
};
