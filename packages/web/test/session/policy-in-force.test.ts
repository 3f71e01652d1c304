import { expect } from 'chai';
import { pluginWorkerPolicy } from '../../dist/policy.js';
import { isAsStrict, isReporting } from '../../dist/session/plugins/policy-in-force.js';

describe('the policy in force for plug-ins', () => {
  const cases: readonly (readonly [policy: string, isEnough: boolean])[] = [
    [pluginWorkerPolicy, true],
    [pluginWorkerPolicy.toUpperCase().toLowerCase().replaceAll('; ', ' ;  '), true],
    [`${pluginWorkerPolicy}; worker-src 'none'; sandbox`, true],
    ["default-src 'none'", false],
    [`${pluginWorkerPolicy}; font-src https:`, false],
    [`${pluginWorkerPolicy} 'self'`, false],
    [`connect-src *; ${pluginWorkerPolicy}`, false],
    ['', false],
  ];
  for (const [policy, isEnough] of cases) {
    it(`${isEnough ? 'is' : 'is not'} enough as "${policy.slice(-60)}"`, () => {
      expect(isAsStrict(policy)).to.equal(isEnough);
    });
  }

  it('sends no reports, which could carry data', () => {
    expect(isReporting(`${pluginWorkerPolicy}; report-uri /r`)).to.equal(true);
    expect(isReporting(`${pluginWorkerPolicy}; Report-To group`)).to.equal(true);
    expect(isReporting(pluginWorkerPolicy)).to.equal(false);
  });
});
