import { makeSources } from '@vmcorekit/lab/packages/apt-archive';
import { expect } from 'chai';

const sites = [
  'http://mirror.example/debian',
  'http://mirror.example/debian',
  'http://other.example/debian-security/',
  '',
];

describe('the sources packages come from', () => {
  it("are the system's own mirrors, of the archive each suite belongs to", () => {
    expect(makeSources(['trixie', 'trixie-security'], sites)).to.match(
      /^deb \[signed-by=\S+\] http:\/\/mirror\.example\/debian trixie main\ndeb \[signed-by=\S+\] http:\/\/other\.example\/debian-security\/ trixie-security main\n$/,
    );
  });

  it('are refused where the system has no such mirror', () => {
    expect(() => makeSources(['bookworm-security'], ['http://mirror.example/debian'])).to.throw(
      "apt's sources name no mirror of the debian-security archive",
    );
  });
});
