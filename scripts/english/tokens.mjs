// Splits JavaScript or TypeScript into comments, string literals, regular expressions and the rest.
// A regular expression is guessed from what stands before its slash, which is enough for code that
// the formatter has laid out.

const beforeRegExp = /(?:^|[=(,:;!&|?{}[+\-*%<>~^]|\b(?:return|case|of|in|typeof|yield))\s*$/;
const oneLineString = /(['"])(?:\\[\s\S]|(?!\1)[^\\\n])*\1/y;
const comment = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y;
const regExp = /\/(?![/*])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/y;
const templateText = /(?:\\[\s\S]|\$(?!\{)|[^\\`$])*/y;

/**
 * Yields `{ kind, text, at }`, without a gap. `kind` is `comment`, `string`, `regexp` or `code`.
 * A template literal is one `string`, with spaces for the code in its `${…}`; that code is not
 * looked into.
 */
export function* tokens(source) {
  let at = 0;
  let codeFrom = 0;
  while (at < source.length) {
    const [kind, text] = literalAt(source, at, codeFrom);
    if (kind === undefined) {
      at += 1;
      continue;
    }
    if (at > codeFrom) {
      yield { kind: 'code', text: source.slice(codeFrom, at), at: codeFrom };
    }
    yield { kind, text, at };
    at += text.length;
    codeFrom = at;
  }
  if (at > codeFrom) {
    yield { kind: 'code', text: source.slice(codeFrom), at: codeFrom };
  }
}

function literalAt(source, at, codeFrom) {
  const character = source[at];
  if (character === '/') {
    const isRegExp = beforeRegExp.test(source.slice(Math.max(codeFrom, at - 20), at));
    const text = matchAt(comment, source, at);
    if (text !== undefined) {
      return ['comment', text];
    }
    return isRegExp ? named('regexp', matchAt(regExp, source, at)) : [];
  }
  if (character === '`') {
    return ['string', template(source, at)];
  }
  return character === "'" || character === '"'
    ? named('string', matchAt(oneLineString, source, at))
    : [];
}

function named(kind, text) {
  return text === undefined ? [] : [kind, text];
}

function matchAt(pattern, source, at) {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}

/** The template literal at `start`, its code replaced by spaces. */
function template(source, start) {
  let text = '`';
  let at = start + 1;
  while (at < source.length && source[at] !== '`') {
    const literal = matchAt(templateText, source, at);
    text += literal;
    at += literal.length;
    if (source.startsWith('${', at)) {
      const end = endOfCode(source, at + 2);
      text += source.slice(at, end).replace(/[^\n]/g, ' ');
      at = end;
    }
  }
  return `${text}\``;
}

/** After the brace that closes the code that begins at `start`. */
function endOfCode(source, start) {
  let depth = 1;
  let at = start;
  while (at < source.length && depth > 0) {
    const [kind, text] = literalAt(source, at, start);
    depth += kind === undefined ? Number(source[at] === '{') - Number(source[at] === '}') : 0;
    at += kind === undefined ? 1 : text.length;
  }
  return at;
}
