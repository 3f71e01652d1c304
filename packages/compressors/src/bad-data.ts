import { VmcorekitError } from '@vmcorekit/core';

/** The one error that codecs throw for a stream they cannot decode. */
export function badData(
  codec: string,
  because: string,
  cause?: unknown,
): VmcorekitError<'bad-data'> {
  return new VmcorekitError(
    'bad-data',
    { codec, because },
    cause === undefined ? undefined : { cause },
  );
}

export function tooLong(codec: string, limitInBytes: number): VmcorekitError<'bad-data'> {
  return badData(codec, `the stream holds more than ${limitInBytes} bytes`);
}

export function endsEarly(codec: string, inputSizeInBytes: number): VmcorekitError<'bad-data'> {
  return badData(codec, `the stream ends early, after ${inputSizeInBytes} bytes`);
}

/** Copies an encoder's output to `output`; returns -1 where it does not fit. */
export function placed(encoded: Uint8Array, output: Uint8Array): number {
  if (encoded.length > output.length) {
    return -1;
  }
  output.set(encoded);
  return encoded.length;
}
