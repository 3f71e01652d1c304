import { expect } from 'chai';
import { defaultDatabase, parseDatabaseUrl, shownUrl } from '../../dist/database/url.js';

describe('the URL of a database', () => {
  it('names a folder from the working directory, or a server', () => {
    expect(parseDatabaseUrl('pglite:fleet', '/srv')).to.deep.equal({
      kind: 'pglite',
      folder: '/srv/fleet',
    });
    const url = 'postgres://me@host:5433/fleet';
    expect(parseDatabaseUrl(url, '/srv')).to.deep.equal({ kind: 'postgres', url });
  });

  it('is shown without user, password and options', () => {
    for (const url of [
      'postgres://me:secret@host:5433/fleet?password=secret',
      'postgresql://host:5433/fleet?sslpassword=secret',
    ]) {
      const shown = shownUrl(parseDatabaseUrl(url, '/'));
      expect(shown).to.match(/^postgres(ql)?:\/\/host:5433\/fleet$/);
    }
  });

  it('is refused without its password where it is none', () => {
    for (const text of [
      'mysql://me:secret@host/fleet',
      'postgres//me:secret@host',
      'me:secret@host',
      'postgres://me:secret@ho st/',
      '',
    ]) {
      expect(() => parseDatabaseUrl(text, '/'), text)
        .to.throw(/pglite:FOLDER/)
        .with.property('message')
        .that.does.not.include('secret');
    }
  });

  it('is in the folder for data unless given; a relative one does not count', () => {
    expect(shownUrl(defaultDatabase({ XDG_DATA_HOME: '/data' }))).to.equal(
      'pglite:/data/vmcorekit/fleet',
    );
    expect(shownUrl(defaultDatabase({ XDG_DATA_HOME: 'data' }))).to.match(
      /^pglite:\/.*\/\.local\/share\/vmcorekit\/fleet$/,
    );
  });
});
