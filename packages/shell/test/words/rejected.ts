import { expect } from 'chai';

/** Demands that an answer fails with a message. */
export async function rejected(answer: Promise<unknown>, message: RegExp): Promise<void> {
  const error = await answer.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(Error);
  expect((error as Error).message).to.match(message);
}
