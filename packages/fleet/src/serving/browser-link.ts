import { shownName } from '@vmcorekit/core';

/**
 * The address that opens a dump in the browser page, which fetches it once the user agrees. Only a
 * single file at an `https:` address without secrets has one; this server gives out no files.
 *
 * @param page where the browser page is served
 */
export function browserLink(page: string | null, files: readonly string[]): string | null {
  const [file = ''] = files;
  return page !== null &&
    files.length === 1 &&
    /^https:\/\//i.test(file) &&
    URL.canParse(file) &&
    shownName(file) === file
    ? `${page}#url=${encodeURIComponent(file)}`
    : null;
}
