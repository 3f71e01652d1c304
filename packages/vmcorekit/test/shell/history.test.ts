import { mkdirSync, mkdtempSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { historyFile } from '../../dist/shell/history.js';

describe('historyFile', () => {
  const home = mkdtempSync(join(tmpdir(), 'vmcorekit-state-'));

  it("is private, in the user's folder for state", () => {
    const path = historyFile({ HOME: home }, 'linux');
    expect(path).to.equal(join(home, '.local/state/vmcorekit/shell-history'));
    expect(statSync(path ?? '').mode & 0o777).to.equal(0o600);
  });

  it('is where XDG_STATE_HOME says', () => {
    const state = join(home, 'state');
    expect(historyFile({ HOME: home, XDG_STATE_HOME: state }, 'linux')).to.equal(
      join(state, 'vmcorekit/shell-history'),
    );
  });

  it('is nowhere for a relative folder, without a home, and where it would be a link', () => {
    expect(historyFile({ HOME: 'ada' }, 'linux')).to.equal(undefined);
    expect(historyFile({}, 'linux')).to.equal(undefined);
    const other = mkdtempSync(join(tmpdir(), 'vmcorekit-state-'));
    mkdirSync(join(other, 'vmcorekit'));
    symlinkSync('/dev/null', join(other, 'vmcorekit/shell-history'));
    expect(historyFile({ XDG_STATE_HOME: other }, 'linux')).to.equal(undefined);
  });
});
