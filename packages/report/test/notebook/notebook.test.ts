import type { Report } from '@vmcorekit/core';
import { display, displayable, type MimeBundle, reportBundle, textBundle } from '@vmcorekit/report';
import { propertyRuns } from '@vmcorekit/testing';
import { expect } from 'chai';
import fc from 'fast-check';

const evil = `<script>alert(1)</script>"'&<img src=x onerror=alert(2)>\u001b[31m\u202e`;

function tableReport(text: string): Report {
  return {
    text: [
      text,
      'a line',
      {
        heads: [
          { title: text, kind: 'word' },
          { title: 'N', kind: 'number' },
        ],
        cells: [[text, '1']],
      },
      text,
    ],
    data: { text },
    remarks: [text],
    svg: '<svg xmlns="http://www.w3.org/2000/svg"/>',
  };
}

/** The markup of a page, without what it says. */
function tagsOf(html: string): string[] {
  return html.match(/<[^>]*>/g) ?? [];
}

describe('an answer in a notebook', () => {
  it('shows a report as text, as HTML, as a picture and as JSON', () => {
    const bundle = reportBundle(tableReport('text'));
    expect(bundle['text/plain']).to.match(/^text\na line\n {2}text {2}N\n {2}text {2}1\ntext\n/);
    expect(bundle['text/html']).to.equal(
      '<img alt="" src="data:image/svg+xml,%3Csvg%20xmlns%3D%22http%3A%2F%2Fwww.w3.org%2F2000%2Fsvg%22%2F%3E">' +
        '<pre>text\na line</pre><table><thead><tr><th>text</th><th>N</th></tr></thead>' +
        '<tbody><tr><td>text</td><td>1</td></tr></tbody></table><pre>text</pre>' +
        '<pre>remark: text</pre>',
    );
    expect(bundle['image/svg+xml']).to.match(/^<svg/);
    expect(bundle['application/json']).to.deep.equal({ text: 'text' });
  });

  it('makes no markup of text out of a dump', () => {
    const ofPlain = tagsOf(reportBundle(tableReport('text'))['text/html']);
    const { 'text/html': html } = reportBundle(tableReport(evil));
    expect(tagsOf(html)).to.deep.equal(ofPlain);
    expect(html).to.include('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;&lt;img');
    expect(html).to.include('\\x1b[31m\\u{202e}');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(tagsOf(reportBundle(tableReport(text))['text/html'])).to.deep.equal(ofPlain);
        expect(tagsOf(textBundle(text, {})['text/html'])).to.deep.equal(['<pre>', '</pre>']);
      }),
      { numRuns: propertyRuns(100) },
    );
  });

  // A notebook that prints JSON as it is would pass on what steers a terminal or turns text around.
  it('shows no control character of a dump, in text or in JSON', () => {
    const data = { [evil]: [evil, { text: 'two\nlines\tof it' }], count: 1 };
    for (const bundle of [reportBundle({ ...tableReport(evil), data }), textBundle('text', data)]) {
      const { 'text/plain': text, 'application/json': json } = bundle;
      const shown = `${text}${JSON.stringify(json)}`;
      for (const control of ['\u001b', '\u202e', '\\u001b', '\\u202e']) {
        expect(shown).not.to.include(control);
      }
      expect(JSON.stringify(json)).to.include('\\\\x1b[31m').and.to.include('two\\nlines\\tof it');
    }
    expect(data[evil]?.[0]).to.equal(evil);
  });

  it('keeps what a picture holds out of the page', () => {
    const svg = `<svg><script>alert(1)</script>'"\ud800</svg>`;
    const { 'text/html': html } = reportBundle({ text: [], data: null, svg });
    expect(tagsOf(html)).to.have.lengthOf(1);
    expect(html).to.match(/^<img alt="" src="data:image\/svg\+xml,[\w%.()!*~-]+">$/);
  });

  it('gives a notebook no JSON where there is no answer', () => {
    expect(reportBundle({ text: ['none'], data: null })).not.to.have.property('application/json');
  });

  it('says how many rows of a long table are left out', () => {
    const cells = Array.from({ length: 2005 }, (_, index) => [String(index)]);
    const table = { heads: [{ title: 'N', kind: 'number' as const }], cells };
    const { 'text/html': html } = reportBundle({ text: [table], data: [] });
    expect(html.match(/<tr>/g)).to.have.lengthOf(2001);
    expect(html).to.match(/<pre>and 5 more<\/pre>$/);
  });

  it('answers by the symbol that notebooks ask for, and copies do not see it', () => {
    const report = displayable({ text: ['x'], data: 1 }, () => textBundle('x', {}));
    const asked = (report as unknown as Record<symbol, () => MimeBundle>)[
      Symbol.for('Jupyter.display')
    ];
    expect(asked?.()['text/plain']).to.equal('x');
    expect(Object.keys(report)).to.deep.equal(['text', 'data']);
    expect(display in { ...report }).to.equal(false);
    expect(report).to.deep.equal({ text: ['x'], data: 1 });
  });
});
