import { expect } from 'chai';
import { jobIdOf } from '../../dist/queue/job-id.js';

describe('the id of a job', () => {
  it('is a UUID of version 8, the same for the same work and another for other work', () => {
    const id = jobIdOf('dump', ['a', 'b'], '1.0.0');
    expect(id).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(jobIdOf('dump', ['a', 'b'], '1.0.0')).to.equal(id);
    for (const other of [
      jobIdOf('other', ['a', 'b'], '1.0.0'),
      jobIdOf('dump', ['ab'], '1.0.0'),
      jobIdOf('dump', ['a', 'b'], '1.0.1'),
    ]) {
      expect(other).not.to.equal(id);
    }
  });
});
