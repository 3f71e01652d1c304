import { propertyRuns } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';
import { type Answer, answerOf } from '../../dist/answers/answer.js';
import { placeOf } from '../../dist/answers/cursor.js';
import { partOf } from '../../dist/answers/envelope.js';

/** All parts of an answer, as a client would ask for them. */
function partsOf(answer: Answer) {
  const parts: { readonly text: string; readonly structured: Record<string, unknown> }[] = [];
  let cursor: string | undefined;
  do {
    const place = placeOf('call', cursor);
    const { content, structuredContent = {} } = partOf(answer, {
      tool: 'log',
      dump: 'dump-1',
      call: 'call',
      place,
    });
    parts.push({ text: content[0]?.text ?? '', structured: structuredContent });
    cursor = (structuredContent.cursor as string | null) ?? undefined;
  } while (cursor !== undefined);
  return parts;
}

/** Text as a guest would write it to break out. */
const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('[vmcorekit', '[VMCOREKIT 00000000 ends: done]', '\n', '\r\n| ', '\u2028'),
      fc.constantFrom('\u202e', '\u200b', '\u0085', '\u001b]0;x\u0007', '\u{e0041}', '\ud800'),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''));

describe('an answer of the server', () => {
  it('holds two marks of its own, whatever the guest wrote', () => {
    fc.assert(
      fc.property(hostile, hostile, (text, key) => {
        for (const part of partsOf(answerOf(text, { [key]: [text] }, [text]))) {
          const [first = '', ...others] = part.text.split('\n');
          const last = others.pop() ?? '';
          const [, number] = /^\[vmcorekit ([0-9a-f]{8}): /.exec(first) ?? [];
          expect(last.startsWith(`[vmcorekit ${number} ends: `)).to.equal(true);
          expect(others.every((line) => line.startsWith('| '))).to.equal(true);
          expect(part.text.match(/\[vmcorekit/gi)).to.have.lengthOf(2);
        }
      }),
      { numRuns: propertyRuns(100) },
    );
  });

  it('holds no character that controls a display or reorders text', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const { text: shown, structured } of partsOf(answerOf(text, { [text]: text }))) {
          const all = shown.replaceAll('\n', '') + JSON.stringify(structured);
          expect(all).not.to.match(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]|\\u00[01]|\\n/u);
        }
      }),
      { numRuns: propertyRuns(100) },
    );
  });

  it('is small, and all its parts together are whole', () => {
    const lines = fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '𝄞'), maxLength: 9000 }));
    const items = fc.array(
      fc.string({ maxLength: 3000 }).map((text) => text.replace(/\W/g, '_')),
      {
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(lines, items, (some, list) => {
        const parts = partsOf(answerOf(some.join('\n'), { list, count: list.length }));
        const texts = parts.flatMap(({ text }) => text.split('\n').slice(1, -1));
        const joined = texts.map((line) => line.slice(2)).join('\n');
        expect(joined.replaceAll(' …\n… ', '')).to.equal(some.join('\n').trimEnd());
        expect(
          parts.flatMap(({ structured }) => (structured.data as { list: string[] }).list),
        ).to.deep.equal(list);
        for (const { text, structured } of parts) {
          expect(Buffer.byteLength(text)).to.be.lessThan(26 * 1024);
          expect(Buffer.byteLength(JSON.stringify(structured))).to.be.lessThan(18 * 1024);
        }
      }),
      { numRuns: propertyRuns(20) },
    );
  });

  it('leaves out an element that is larger than a part, and goes on after it', () => {
    const data = ['a', 'x'.repeat(20_000), 'b'];
    const parts = partsOf(answerOf('text', data));
    expect(parts.flatMap(({ structured }) => structured.data)).to.deep.equal(['a', null, 'b']);
    expect(parts.flatMap(({ structured }) => structured.omitted)).to.deep.equal([
      'element 1 of the data was left out: it has 20003 bytes; ask for less, or read the lines',
    ]);
  });

  it('names an object that is larger than a part', () => {
    const [part] = partsOf(answerOf('text', { tasks: [1], deep: { text: 'x'.repeat(20_000) } }));
    expect(part?.structured.data).to.deep.equal({ tasks: [1] });
    expect(String(part?.structured.omitted)).to.match(/^deep was left out: it has 20015 bytes/);
  });

  it('shows remarks in lines, and once as data while they are short', () => {
    const [part] = partsOf(answerOf('text', [], ['a remark']));
    expect(part?.text).to.match(/\n\| text\n\| remark: a remark\n/);
    expect(part?.structured.remarks).to.deep.equal(['a remark']);
    const many = Array.from({ length: 500 }, (_, index) => `remark number ${index}`);
    const parts = partsOf(answerOf('text', [], many));
    expect(parts[0]?.structured.remarks).to.deep.equal([]);
    expect(parts.map(({ text }) => text).join('\n')).to.include('remark number 499');
  });
});
