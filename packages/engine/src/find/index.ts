export { aliasesOf, maxAliases } from './aliases.ts';
export { type FindRequest, findInDump, kernelRange } from './find-in-dump.ts';
export {
  type FindLimits,
  findMatches,
  type Matches,
  type UnsearchedPages,
} from './find-matches.ts';
export {
  bytesInText,
  bytesPattern,
  type FindPattern,
  maxPatternInBytes,
  numberPattern,
  type TextPatternOptions,
  textPattern,
} from './pattern.ts';
export { type BytesAt, type FoundPlace, type PlacesOptions, placesOf } from './places.ts';
export { physicalStretches, type Stretch, virtualStretches } from './stretches.ts';
