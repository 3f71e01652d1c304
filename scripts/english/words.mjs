// Words that prose here avoids, each with what to write instead. `pattern` sees a comment, a
// message or a paragraph as a whole, with its line ends.
const word = (source) => new RegExp(`\\b(?:${source})\\b`, 'giu');

export const words = [
  // `told` is also a kind of evidence; tables of tests say how strong it is.
  {
    pattern: word('told(?! (?:proof|strong|weak|hint)\\b)|tells'),
    advice: 'given, reported, says',
  },
  { pattern: word('behind'), advice: 'after' },
  { pattern: word('besides'), advice: 'also' },
  { pattern: word('whoever'), advice: 'the caller, the reader' },
  // A question may begin with "Who"; a statement that does has lost its subject.
  {
    pattern: /(?<=^\s*|[.:;!]\s+)Who\s+[a-z]+\b(?=[^.?]*(?:\.|$))/gu,
    advice: 'name the actor: the caller, the reader',
  },
  { pattern: word('anew'), advice: 'again, or a verb with re-' },
  { pattern: word('shall'), advice: 'must, will' },
  { pattern: word('nobody'), advice: 'no tool' },
  { pattern: word("of\\s+one['’]s\\s+own"), advice: 'your own' },
  { pattern: word('parted'), advice: 'separated, split' },
  { pattern: word('he|him|his'), advice: 'they, them, their' },
  { pattern: word('cannot\\s+both\\s+be\\s+meant'), advice: 'cannot be used with' },
];
