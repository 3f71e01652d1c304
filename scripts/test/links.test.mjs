import { expect } from 'chai';
import { relink } from '../release/links.mjs';

const options = {
  from: 'packages/tool/README.md',
  shipped: new Map([
    ['packages/tool/README.md', 'README.md'],
    ['docs/use.md', 'docs/use.md'],
    ['docs/more/deep.md', 'docs/more/deep.md'],
  ]),
  kindOf: (place) => ({ LICENSE: 'file', examples: 'folder', 'docs/a.svg': 'file' })[place],
  address: 'https://example.org/a/b',
  tag: 'v1.2.3',
};
const linked = (text, from = options.from) => relink(text, { ...options, from });

describe('the links of a package', () => {
  it('stay relative where they lead to what it ships', () => {
    expect(linked('[use](../../docs/use.md#there)')).to.equal('[use](docs/use.md#there)');
    expect(linked('[tool](../../packages/tool/README.md)', 'docs/more/deep.md')).to.equal(
      '[tool](../../README.md)',
    );
  });

  it('lead to the tag where it does not ship their goal', () => {
    expect(linked('[a](../../LICENSE) [b](../../examples/)')).to.equal(
      '[a](https://example.org/a/b/blob/v1.2.3/LICENSE) [b](https://example.org/a/b/tree/v1.2.3/examples)',
    );
  });

  it('show pictures as they are', () => {
    expect(linked('![a](../../docs/a.svg)\n<img src="../../docs/a.svg">')).to.equal(
      '![a](https://example.org/a/b/raw/v1.2.3/docs/a.svg)\n' +
        '<img src="https://example.org/a/b/raw/v1.2.3/docs/a.svg">',
    );
  });

  it('are found where they are written as references', () => {
    expect(linked('[a]: ../../docs/use.md')).to.equal('[a]: docs/use.md');
  });

  it('are let alone in code, within the page and to other sites', () => {
    const text =
      '[a](#b) [c](https://example.org) [d](mailto:a@example.org)\n```js\nf[1](x)\n```\n';
    expect(linked(text)).to.equal(text);
  });

  it('are refused where they lead nowhere', () => {
    expect(() => linked('[gone](../../docs/gone.md)')).to.throw(
      'packages/tool/README.md: the link ../../docs/gone.md leads nowhere',
    );
  });
});
