// Finds the prose in a file: comments and messages of code, paragraphs of Markdown.
import { tokens } from './tokens.mjs';

const quoted = /`[^`\n]*`|'\w+'|"\w+"/g;

/**
 * Yields `{ kind, text, at }` for every piece of prose. `kind` is `comment`, `string` or
 * `paragraph`. Blank is what frames the text (stars of a comment, quotes), and what only names
 * something (code in backticks, one word in quotes). So offsets stay those of the file.
 */
export function* prose(source, kind) {
  if (kind === 'markdown') {
    yield* paragraphs(source);
  } else if (kind === 'code') {
    yield* joined(source);
  } else {
    for (const match of source.matchAll(/(?:^[ \t]*#.*\n?)+/gm)) {
      const text = match[0].replace(/^[ \t]*#/gm, blank);
      yield { kind: 'comment', text, at: match.index };
    }
  }
}

/** Comments and strings of code; comments that follow each other line by line are one. */
function* joined(source) {
  let pending;
  for (const { kind, text, at } of tokens(source)) {
    const isLine = kind === 'comment' && text.startsWith('//');
    if (kind === 'code' && pending !== undefined && /^\s*$/.test(text)) {
      pending = { ...pending, text: pending.text + text };
      continue;
    }
    if (isLine && pending !== undefined) {
      pending = { ...pending, text: `${pending.text}  ${text.slice(2)}` };
      continue;
    }
    if (pending !== undefined) {
      yield { ...pending, text: pending.text.replace(quoted, blank) };
    }
    pending = isLine ? { kind, text: `  ${text.slice(2)}`, at } : undefined;
    if (kind === 'comment' && !isLine) {
      const inner = text.replace(/^\/\*+|\*\/$|(?<=\n)\s*\*/g, blank);
      yield { kind, text: inner.replace(quoted, blank), at };
    } else if (kind === 'string' && /\s/.test(text)) {
      yield { kind, text: ` ${text.slice(1, -1).replace(quoted, blank)} `, at };
    }
  }
  if (pending !== undefined) {
    yield { ...pending, text: pending.text.replace(quoted, blank) };
  }
}

function* paragraphs(source) {
  const bare = withoutSamples(source)
    .replace(quoted, blank)
    .replace(/\]\([^)\s]*\)/g, blank);
  // A blank line, a list item, a heading and a table row begin a paragraph; a cell is one.
  for (const match of bare.matchAll(/(?:(?!\n\s*\n|\n\s*(?:[-*+]|\d+\.|#+|\|)\s|\|)[\s\S])+/g)) {
    if (match[0].trim() !== '') {
      const text = match[0].replace(/^\s*(?:[-*+]|\d+\.|#+)(?=\s)/, blank);
      yield { kind: 'paragraph', text, at: match.index };
    }
  }
}

/** Markdown with its fenced and its indented samples blank. */
export function withoutSamples(source) {
  let inFence = false;
  let isSample = false;
  let isAfterBlank = true;
  return source.replace(/[^\n]+|(?<=\n)(?=\n)/g, (line) => {
    const isFence = /^ *```/.test(line);
    const isFenced = inFence || isFence;
    inFence = inFence !== isFence;
    // Four spaces begin a sample only after a blank line: an item's second line has them too.
    isSample = /^ {4}/.test(line) && (isSample || isAfterBlank);
    isAfterBlank = line.trim() === '' || (isAfterBlank && isSample);
    return isFenced || isSample ? blank(line) : line;
  });
}

function blank(text) {
  return text.replace(/[^\n]/g, ' ');
}
