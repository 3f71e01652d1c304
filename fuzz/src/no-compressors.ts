import { type FormatContext, VmcorekitError } from '@vmcorekit/core';

/** For formats that need none. */
export const noCompressors: FormatContext = {
  compressors: {
    ready: (name) => Promise.reject(new VmcorekitError('unknown-name', { kind: 'compressor', name, known: [] })),
  },
};
