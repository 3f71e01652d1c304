// Text as mdoc(7) source, for mandoc and groff.

/** A paragraph of plain English, a sentence a line. What stands in backquotes is literal. */
export function prose(text) {
  return text
    .replace(/([.!?]) +(?=[A-Z`])/g, '$1\n')
    .split('\n')
    .map((line) => protectedStart(line.split('`').map(piece).join('')))
    .join('\n');
}

/** One argument of a macro, whatever it holds. */
export function argument(text) {
  return `"${literal(text).replaceAll('"', '\\(dq')}"`;
}

/** A line that is shown as it is, as in an example. */
export function literalLine(text) {
  return protectedStart(literal(text));
}

function piece(text, index) {
  return index % 2 === 1 ? `\\(oq${literal(text)}\\(cq` : plain(text);
}

/** A word that begins with a dash is an option: its dashes stay what they are when copied. */
function plain(text) {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('~', '\\(ti')
    .replace(/(?<=^|[\s(])-\S*/g, (option) => option.replaceAll('-', '\\-'));
}

function literal(text) {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll("'", '\\(aq')
    .replaceAll('`', '\\(ga')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti');
}

/** A dot or an apostrophe at the start of a line would be a request. */
function protectedStart(line) {
  return /^[.']/.test(line) ? `\\&${line}` : line;
}
