import { expect } from 'chai';
import fc from 'fast-check';
import { html } from '../../dist/serving/html.js';

describe('a template of markup', () => {
  it('shows markup in values as text', () => {
    expect(html`<a title="${'"><script>'}">${"<img onerror='x'>"}&</a>`.text).to.equal(
      '<a title="&quot;&gt;&lt;script&gt;">&lt;img onerror=&#39;x&#39;&gt;&</a>',
    );
  });

  it('shows characters that control or reorder text', () => {
    expect(html`${'a\x1b[31m\u202eb\0'}`.text).to.equal('a\\x1b[31m\\u{202e}b\\x00');
  });

  it('takes templates, lists, numbers and nothing', () => {
    expect(html`${[html`<b>${1}</b>`, '<']}${null}${undefined}`.text).to.equal('<b>1</b>&lt;');
  });

  it('lets no text leave its place', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { text: made } = html`${text}`;
        expect(made).not.to.match(/[<>"'\p{Cc}\p{Cf}\p{Cs}]/u);
        expect(made.replaceAll(/&(?:amp|lt|gt|quot|#39);/g, '')).not.to.contain('&');
      }),
    );
  });
});
