import { expect } from 'chai';
import { contentSecurityPolicy, pluginWorkerPolicy, remoteWorkerPolicy } from '../dist/policy.js';

describe('the policy of the page', () => {
  it('lets it reach no origin but its own', () => {
    const rules = new Map(
      contentSecurityPolicy.split('; ').map((rule) => {
        const [name = '', ...values] = rule.split(' ');
        return [name, values] as const;
      }),
    );
    expect(rules.get('default-src')).to.deep.equal(["'none'"]);
    expect(rules.get('connect-src')).to.deep.equal(["'self'", 'data:']);
    const all = [...rules.values()].flat();
    expect(
      all.filter((value) => /^https?:|^\*|^.unsafe-(?:inline|eval)/.test(value)),
    ).to.deep.equal([]);
  });

  it('lets one worker connect to other servers, and gives it nothing else', () => {
    expect(remoteWorkerPolicy).to.contain("; connect-src 'self' data: https: http:; ");
    expect(remoteWorkerPolicy.replace(' https: http:;', ';')).to.equal(contentSecurityPolicy);
  });

  it('lets a worker with plug-ins reach nothing, not even its own server', () => {
    expect(pluginWorkerPolicy).to.match(/^default-src 'none'; script-src blob: /);
    expect(pluginWorkerPolicy).not.to.contain("'self'");
  });
});
