// What breaks the rules of plain English in one text: lines that are too wide, test titles that are
// too long, words to avoid, and sentences that hold more than one idea.
import { prose, withoutSamples } from './prose.mjs';
import { tokens } from './tokens.mjs';
import { words } from './words.mjs';

const maxColumns = 100;
const maxTitle = 80;
const maxWords = 25;
/** A literal from this length on may make its line too wide: only a person can break it. */
const longLiteral = 60;

/**
 * The findings of a text, in its order: `{ line, rule, message }`. `kind` is `code` (JavaScript,
 * TypeScript), `markdown`, or `plain` (comments begin with #). `rule` is `width`, `title` or
 * `word`.
 */
export function findings(text, kind) {
  return [
    ...wideLines(text, kind),
    ...(kind === 'code' ? longTitles(text) : []),
    ...wordsToAvoid(text, kind),
  ].sort((one, other) => one.line - other.line);
}

/** Sentences of more than 25 words, as findings of the rule `sentence`. */
export function longSentences(text, kind) {
  return [...prose(text, kind)].flatMap((piece) =>
    [...piece.text.matchAll(/(?:(?![.?!:;]\s|\n\s*\n|\n\s*[-*] )[\s\S])+/g)].flatMap((match) => {
      const count = match[0].match(/[\p{L}\d][^\s]*/gu)?.length ?? 0;
      return count <= maxWords
        ? []
        : [found(text, piece.at + match.index + leading(match[0]), 'sentence', `${count} words`)];
    }),
  );
}

function wideLines(text, kind) {
  const literals = kind === 'code' ? linesOfLiterals(text) : new Set();
  const visible = kind === 'markdown' ? withoutSamples(text) : text;
  return visible.split('\n').flatMap((line, index) => {
    const columns = characters(line.trimEnd());
    const isExempt =
      columns <= maxColumns ||
      /https?:\/\/\S+/.test(line) ||
      literals.has(index + 1) ||
      (kind === 'markdown' && /^\s*\|/.test(line));
    return isExempt ? [] : [{ line: index + 1, rule: 'width', message: `${columns} columns` }];
  });
}

/** Lines that hold a long literal, or lie inside one. */
function linesOfLiterals(text) {
  const lines = new Set();
  for (const { kind, text: literal, at } of tokens(text)) {
    if (['string', 'regexp'].includes(kind) && literal.length >= longLiteral) {
      const first = lineOf(text, at);
      const count = literal.split('\n').length;
      for (let line = first; line < first + count; line += 1) {
        lines.add(line);
      }
    }
  }
  return lines;
}

function longTitles(text) {
  const all = [...tokens(text)];
  return all.flatMap(({ kind, text: code, at }, index) => {
    if (kind !== 'code' || !/\b(?:it|describe)(?:\.only|\.skip)?\(\s*$/.test(code)) {
      return [];
    }
    let title = '';
    for (let next = index + 1; all[next]?.kind === 'string'; next += 2) {
      title += all[next].text.slice(1, -1).replace(/ {4,}/g, '…');
      if (!/^\s*\+\s*$/.test(all[next + 1]?.text ?? '')) {
        break;
      }
    }
    const length = characters(title);
    return length <= maxTitle
      ? []
      : [found(text, at + code.length, 'title', `a title of ${length} characters: '${title}'`)];
  });
}

function wordsToAvoid(text, kind) {
  return [...prose(text, kind)].flatMap((piece) =>
    words.flatMap(({ pattern, advice }) =>
      [...piece.text.matchAll(pattern)].map((match) =>
        found(text, piece.at + match.index, 'word', `'${match[0]}': write ${advice}`),
      ),
    ),
  );
}

function found(text, at, rule, message) {
  return { line: lineOf(text, at), rule, message };
}

function characters(text) {
  return text.match(/./gsu)?.length ?? 0;
}

function leading(text) {
  return text.length - text.trimStart().length;
}

function lineOf(text, at) {
  return text.slice(0, at).split('\n').length;
}
