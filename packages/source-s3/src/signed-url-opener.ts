import { type ByteSource, type SourceOpener, VmcorekitError } from '@vmcorekit/core';

/** Says how to read what lies in the object stores of others. */
export const signedUrlOpener: SourceOpener = {
  name: 'signed-url',
  summary: 'names the signed address that Google Cloud Storage and Azure need',
  schemes: ['gs', 'az', 'abfs', 'abfss', 'wasb', 'wasbs'],
  isRemote: true,
  open(url: string): Promise<ByteSource> {
    const scheme = url.slice(0, url.indexOf(':')).toLowerCase();
    const how =
      scheme === 'gs' ? '(gcloud storage sign-url)' : '(az storage blob generate-sas --full-uri)';
    return Promise.reject(
      new VmcorekitError('unsupported', {
        what: `reading ${scheme}:// addresses`,
        advice: `give a signed https:// address instead ${how}`,
      }),
    );
  },
};
