import { isVmcorekitError, resultOf } from '@vmcorekit/core';
import { expect } from 'chai';
import fc from 'fast-check';
import { readTurtle, typePredicate } from '../../dist/aff4/turtle.js';

const base = 'aff4://volume';
const said = (text: string): Record<string, Record<string, string[]>> =>
  Object.fromEntries(
    [...resultOf(readTurtle(text, base))].map(([subject, predicates]) => [
      subject,
      Object.fromEntries(
        [...predicates].map(([name, values]) => [name, values.map(({ value }) => value)]),
      ),
    ]),
  );
const errorOf = (text: string): string => {
  try {
    resultOf(readTurtle(text, base));
    return 'none';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

describe('Turtle of AFF4', () => {
  it('reads what winpmem before the standard writes, with a base', () => {
    const text = `@base <aff4://4928ef44> .
@prefix aff4: <http://aff4.org/Schema#> .
@prefix memory: <http://aff4.org/Schema#memory/> .

</PhysicalMemory>
    aff4:category memory:physical ;
    aff4:stored <> ;
    a aff4:map .
</c:/pagefile.sys> memory:pagefile_number 0 .`;
    expect(said(text)).to.deep.equal({
      'aff4://4928ef44/PhysicalMemory': {
        'http://aff4.org/Schema#category': ['http://aff4.org/Schema#memory/physical'],
        'http://aff4.org/Schema#stored': ['aff4://4928ef44'],
        [typePredicate]: ['http://aff4.org/Schema#map'],
      },
      'aff4://4928ef44/c:/pagefile.sys': {
        'http://aff4.org/Schema#memory/pagefile_number': ['0'],
      },
    });
  });

  it('reads literals with types, languages, escapes and lines', () => {
    const text = `PREFIX x: <http://x/>
<s> x:p "5"^^x:int , "a\\"\\u00e9"@en , 'b' , """two
lines""" , -1.5 , true ; ; x:q <t#u> . # the end`;
    expect(said(text)['aff4://volume/s']).to.deep.equal({
      'http://x/p': ['5', 'a"é', 'b', 'two\nlines', '-1.5', 'true'],
      'http://x/q': ['aff4://volume/t#u'],
    });
    const [first] =
      resultOf(readTurtle(text, base)).get('aff4://volume/s')?.get('http://x/p') ?? [];
    expect(first).to.deep.equal({ kind: 'literal', value: '5', type: 'http://x/int' });
  });

  it('reads blank nodes and lists', () => {
    const text = '<s> <p> [ <q> "v" ] , _:a . [ <q> 1 ] . _:a <r> ( 1 2 ) .';
    expect(said(text)).to.deep.equal({
      '_:#1': { 'aff4://volume/q': ['v'] },
      'aff4://volume/s': { 'aff4://volume/p': ['_:#1', '_:a'] },
      '_:#2': { 'aff4://volume/q': ['1'] },
      '_:#3': { member: ['1', '2'] },
      '_:a': { 'aff4://volume/r': ['_:#3'] },
    });
  });

  it('refuses what is no Turtle, with its place', () => {
    expect(errorOf('<s> <p> x:y .')).to.contain('a prefix that is defined').and.contain('0x8');
    expect(errorOf('<s> <p> "open')).to.contain('the end of the text');
    expect(errorOf('<s> <p> <o>')).to.contain("'.'");
    expect(errorOf('<s> <p> "\\q" .')).to.contain('an escape of Turtle');
    expect(errorOf('<s> <p> "a\n" .')).to.contain('the end of the line');
  });

  it('refuses brackets that are nested without end', () => {
    expect(errorOf(`<s> <p> ${'[ <p> '.repeat(10_000)}`)).to.contain('at most 16 brackets');
    expect(errorOf(`<s> <p> ${'('.repeat(10_000)}`)).to.contain('at most 16 brackets');
  });

  it('reads or refuses any text', () => {
    const words = ['<s>', '<p>', '"v"', 'a', '.', ';', ',', '[', ']', '(', ')', '^^', '@en', '1'];
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.constantFrom(...words), fc.string()), { maxLength: 12 }),
        (parts) => {
          try {
            resultOf(readTurtle(parts.join(' '), base));
          } catch (error) {
            expect(isVmcorekitError(error, 'malformed'), String(error)).to.equal(true);
          }
        },
      ),
    );
  });
});
