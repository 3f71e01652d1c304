/**
 * What reading files on servers needs on every platform: no part of it knows Node. A platform adds
 * a `Fetcher`, which sends the requests.
 */
export { plainNameOf, urlBeside } from './address.ts';
export {
  type AnswerHead,
  type AnswerHeader,
  checkedAnswer,
  pinnedIfEmpty,
  refusePage,
} from './checked-answer.ts';
export { Fault, type FaultKind, MissingError, openingError } from './fault.ts';
export type { Answer, Fetcher, FetchQuestion, Traffic } from './fetcher.ts';
export { type Patience, usualPatience } from './patience.ts';
export { changeBetween, type Pinned, pinningHeaders } from './pinning.ts';
export { blockSizeInBytes, type RemoteFile, RemoteSource } from './remote-source.ts';
export { leastProgressInBytes, retrying, Tries } from './retrying.ts';
