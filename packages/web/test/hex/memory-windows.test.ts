import { expect } from 'chai';
import { MemoryWindows } from '../../dist/page/hex/memory-windows.js';

/** Windows whose calls are answered by hand. */
function answered() {
  const asked: { readonly address: bigint; readonly answer: (error?: Error) => void }[] = [];
  const failures: string[] = [];
  const windows = new MemoryWindows(
    ({ address, lengthInBytes }) =>
      new Promise((resolve, reject) => {
        const stretch = { address, lengthInBytes, state: 'zero', bytes: null, because: null };
        const answer = (error?: Error) =>
          error === undefined ? resolve({ address, stretches: [stretch as never] }) : reject(error);
        asked.push({ address, answer });
      }),
    () => undefined,
    ({ message }) => failures.push(message),
  );
  const turn = () => new Promise((resolve) => setTimeout(resolve, 0));
  return { asked, failures, windows, turn };
}

describe('windows of memory', () => {
  it('reads what is seen first, then what the view scrolls to', async () => {
    const { asked, windows, turn } = answered();
    windows.want('physical', 0x10_0000n, 0x10_0100n, true);
    expect(asked.map(({ address }) => address)).to.deep.equal([0x10_0000n, 0x10_4000n]);
    asked[0]?.answer();
    await turn();
    expect(windows.at('physical', 0x10_0123n)).to.have.length(1);
    expect(asked[2]?.address).to.equal(0x10_8000n);
  });

  it('asks no more for what the view has left', async () => {
    const { asked, windows, turn } = answered();
    windows.want('physical', 0x10_0000n, 0x10_0100n, true);
    windows.want('physical', 0x50_0000n, 0x50_0100n, true);
    asked[0]?.answer();
    await turn();
    expect(asked[2]?.address).to.equal(0x50_0000n);
  });

  it('reads nothing below 0, nor beyond the end of a space', () => {
    const { asked, windows } = answered();
    windows.want('virtual', (1n << 64n) - 0x100n, 1n << 64n, true);
    expect(asked.map(({ address }) => address)).to.deep.equal([
      (1n << 64n) - 0x4000n,
      (1n << 64n) - 0x8000n,
    ]);
  });

  it('asks again for what failed only where the user goes somewhere', async () => {
    const { asked, failures, windows, turn } = answered();
    windows.want('physical', 0n, 0x100n, false);
    asked[0]?.answer(new Error('gone'));
    await turn();
    windows.want('physical', 0n, 0x100n, false);
    expect(failures).to.deep.equal(['gone']);
    expect(asked.map(({ address }) => address)).to.deep.equal([0n, 0x4000n, 0x8000n]);
    asked[1]?.answer();
    await turn();
    windows.retry();
    expect(asked.at(-1)?.address).to.equal(0n);
  });
});
