/** A fenced block of code in a Markdown file. */
export interface Block {
  /** Of its fence, counted from 1. */
  readonly line: number;
  /** After the fence: `sh`, `js`, `text`, … */
  readonly language: string;
  readonly text: string;
  /** The file that its first line names in a comment, as `// acme.mjs` does. */
  readonly file: string | undefined;
  /** Why it cannot run in a test: `<!-- not run: REASON -->` before it. */
  readonly notRun: string | undefined;
  /** The tools it calls, other than vmcorekit and Node: `<!-- needs: jq -->`. */
  readonly needs: readonly string[];
  /** The exit status it must end with: `<!-- exits with 1 -->`, else 0. */
  readonly status: number;
}

const fence = /^```(\S*)[ \t]*\n(.*?)^```[ \t]*$/gms;
const comment = /<!-- ([^>]*?) -->\s*$/;
const fileName = /^(?:\/\/|#) (\S+\.(?:mjs|js|ts|json|yaml))\n/;

/** Every fenced block of a document, in order. What a block prints does not run without it. */
export function blocksOf(document: string): Block[] {
  const blocks = eachBlock(document);
  return blocks.map((block, index) => {
    const { notRun } = (block.language === 'text' ? blocks[index - 1] : undefined) ?? {};
    return notRun === undefined ? block : { ...block, notRun: block.notRun ?? notRun };
  });
}

function eachBlock(document: string): Block[] {
  return [...document.matchAll(fence)].map((match) => {
    const [, language = '', text = ''] = match;
    const before = document.slice(0, match.index);
    const remarks = remarksBefore(before);
    const remark = (pattern: RegExp) =>
      remarks.map((each) => pattern.exec(each)?.[1]).find((found) => found !== undefined);
    return {
      line: before.split('\n').length,
      language,
      text,
      file: fileName.exec(text)?.[1],
      notRun: remark(/^not run: (.+)$/s),
      needs: remark(/^needs: (.+)$/)?.split(', ') ?? [],
      status: Number(remark(/^exits with (\d+)$/) ?? 0),
    };
  });
}

/** The comments that end a text. */
function remarksBefore(text: string): string[] {
  const [whole, remark] = comment.exec(text) ?? [];
  return whole === undefined || remark === undefined
    ? []
    : [...remarksBefore(text.slice(0, -whole.length)), remark];
}
