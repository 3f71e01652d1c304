import { QmpFraming } from '@vmcorekit/lab/qemu/qmp-framing';
import { expect } from 'chai';
import fc from 'fast-check';

describe('the QMP stream', () => {
  it('gives the same messages however it is cut', () => {
    const messages = [
      { QMP: { version: {} } },
      { return: { text: 'a\nb' }, id: 1 },
      { event: 'STOP' },
      { return: {}, id: 2 },
    ];
    const stream = messages.map((message) => `${JSON.stringify(message)}\r\n`).join('');
    fc.assert(
      fc.property(fc.array(fc.nat({ max: stream.length })), (cuts) => {
        const framing = new QmpFraming();
        const places = [0, ...cuts.sort((a, b) => a - b), stream.length];
        const received = places
          .slice(1)
          .flatMap((end, index) => framing.push(stream.slice(places[index], end)));
        expect(received).to.deep.equal(messages);
      }),
    );
  });

  it('keeps an unfinished message back', () => {
    const framing = new QmpFraming();
    expect(framing.push('{"return": {}, "id"')).to.deep.equal([]);
    expect(framing.push(': 7}\n')).to.deep.equal([{ return: {}, id: 7 }]);
  });

  it('refuses a line that is not JSON', () => {
    expect(() => new QmpFraming().push('(qemu) quit\n')).to.throw(SyntaxError);
  });
});
