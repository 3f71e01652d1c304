import type { VmcorekitError } from '@vmcorekit/core';
import { badData, endsEarly, tooLong } from '../bad-data.ts';
import * as code from './failure-codes.ts';

const reasons: ReadonlyMap<number, string> = new Map([
  [code.goesOn, 'bytes follow the end of the stream'],
  [code.noZlibHeader, 'no zlib header'],
  [code.wantsDictionary, 'the stream wants a dictionary'],
  [code.badChecksum, 'the Adler-32 checksum does not match'],
  [code.badBlockType, 'a block of no known type'],
  [code.badStoredLength, 'the length of a stored block does not match its complement'],
  [code.badCodeLengths, 'the code lengths of a block make no code'],
  [code.badSymbol, 'a code that stands for nothing'],
  [code.badDistance, 'a match reaches before the start of the page'],
  [code.badLiterals, 'the literals of a block are damaged'],
  [code.badSequences, 'the sequences of a block are damaged'],
  [code.badProbabilities, 'the probabilities of a block make no code'],
  [code.badFirstMatch, 'a short match follows the first literals'],
  [code.badEndMarker, 'the end marker is damaged or not the end'],
  [code.badDeclaredLength, 'the stream does not hold what it declares'],
]);

/** The error for what a decoder returned in place of a length. */
export function refusal(
  codec: string,
  failure: number,
  inputSizeInBytes: number,
  limitInBytes: number,
): VmcorekitError<'bad-data'> {
  switch (failure) {
    case code.endsEarly:
      return endsEarly(codec, inputSizeInBytes);
    case code.tooLong:
      return tooLong(codec, limitInBytes);
    default:
      return badData(codec, reasons.get(failure) ?? `failure ${failure}`);
  }
}
