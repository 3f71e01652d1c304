import { expect } from 'chai';
import { metricsText } from '../../dist/serving/metrics.js';
import { readOpenMetrics } from '../support/open-metrics.js';

const totals = {
  dumps: 5,
  signatures: 2,
  results: { read: 3, crashed: 1, 'of a newer version': 1 },
  resultsOfLastHour: { read: 1 },
  newestResultAgeInSeconds: 1e-7,
  readingInSeconds: null,
};
const health = {
  waiting: 4,
  running: 1,
  givenUp: 0,
  oldestWaitingInSeconds: 12.5,
  oldestHeartbeatInSeconds: null,
};

describe('metrics', () => {
  const samples = readOpenMetrics(metricsText(totals, health));
  const sampleOf = (name: string, labels = '') =>
    samples.find((each) => each.name === `vmcorekit_fleet_${name}` && each.labels === labels)
      ?.value;

  it('count jobs and results', () => {
    expect(sampleOf('jobs', '{state="waiting"}')).to.equal(4);
    expect(sampleOf('results', '{outcome="read"}')).to.equal(3);
    expect(sampleOf('results', '{outcome="lost"}')).to.equal(0);
    expect(sampleOf('newest_result_seconds')).to.equal(1e-7);
  });

  it('leave out what has no value', () => {
    expect(sampleOf('oldest_heartbeat_seconds')).to.equal(undefined);
    expect(sampleOf('reading_seconds')).to.equal(undefined);
  });

  it('have no label that a database made up', () => {
    expect(samples.filter(({ labels }) => labels.includes('newer'))).to.deep.equal([]);
  });
});
