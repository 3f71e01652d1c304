import { VmcorekitError } from '@vmcorekit/core';

/**
 * A part of the worker that is fetched when the first call needs it. Throws `io` where the server
 * of the page is not reached.
 */
export async function fetched<Part>(part: Promise<Part>): Promise<Part> {
  try {
    return await part;
  } catch (cause) {
    const because = 'a part of it cannot be fetched; reach its server, then load the page again';
    throw new VmcorekitError('io', { file: 'this page', because }, { cause });
  }
}
