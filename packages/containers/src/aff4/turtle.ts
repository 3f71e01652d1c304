import { type Progress, VmcorekitError } from '@vmcorekit/core';
import { badTurtle, type TurtleToken, TurtleTokens } from './turtle-tokens.ts';
import { withoutEndSlashes } from './urns.ts';

/** What a statement is about, or says. */
export interface TurtleTerm {
  readonly kind: 'iri' | 'literal';
  /** A blank node is an IRI that begins with `_:`. */
  readonly value: string;
  /** The IRI of a literal's type, where one is given. */
  readonly type?: string;
}

/** Statements: what each subject says by each predicate, in their order. */
export type TurtleGraph = ReadonlyMap<string, ReadonlyMap<string, readonly TurtleTerm[]>>;

export const typePredicate = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#type';
/** A memory image has some tens; one of linpmem with all of /boot some thousands. */
const maxStatements: number = 1 << 20;
const maxNesting = 16;
/** Prefixes and bases make a text longer: four times the longest one. */
const maxIrisInCharacters: number = 64 << 20;
/** Takes some milliseconds. */
const partsPerStep = 4096;

/**
 * Reads a Turtle text: prefixes, a base, lists of predicates and objects, literals with types and
 * languages, blank nodes. Throws `malformed`, and `unsupported` beyond the bounds. `base` is where
 * relative IRIs begin. Source: W3C, RDF 1.1 Turtle.
 */
export function* readTurtle(text: string, base: string): Generator<Progress, TurtleGraph, void> {
  return yield* new TurtleReader(text, base).read();
}

class TurtleReader {
  readonly #tokens: TurtleTokens;
  readonly #prefixes: Map<string, string> = new Map();
  readonly #graph: Map<string, Map<string, TurtleTerm[]>> = new Map();
  #base: IriBase;
  #token: TurtleToken;
  #statements = 0;
  #parts = 0;
  #irisInCharacters = 0;
  #blankNodes = 0;

  constructor(text: string, base: string) {
    this.#tokens = new TurtleTokens(text);
    this.#base = baseOf(base);
    this.#token = this.#tokens.next();
  }

  *read(): Generator<Progress, TurtleGraph, void> {
    while (this.#token.kind !== 'end') {
      yield* this.#count();
      if (!this.#directive()) {
        const isNested = this.#isMark('[');
        const subject = (yield* this.#object(0)).value;
        if (!(isNested && this.#isMark('.'))) {
          yield* this.#predicates(subject, 0);
        }
        this.#take('.');
      }
    }
    return this.#graph;
  }

  *#count(): Generator<Progress, void, void> {
    this.#parts += 1;
    if (this.#parts % partsPerStep === 0) {
      yield { kind: 'progress', doing: 'reading what an AFF4 volume says', fraction: null };
    }
  }

  /** `@prefix` and `@base`, and SPARQL's, which end without a dot. */
  #directive(): boolean {
    const { kind, text } = this.#token;
    const word = text.toLowerCase();
    const isTag = kind === 'tag';
    if (isTag ? !/^@(prefix|base)$/.test(word) : kind !== 'name' || !/^(prefix|base)$/.test(word)) {
      return false;
    }
    this.#step();
    if (word.endsWith('prefix')) {
      const prefix = this.#token.text;
      if (this.#token.kind !== 'name' || !prefix.endsWith(':')) {
        throw this.#unexpected('a prefix that ends with a colon');
      }
      this.#step();
      this.#prefixes.set(prefix, this.#iri());
    } else {
      this.#base = baseOf(this.#iri());
    }
    if (isTag) {
      this.#take('.');
    }
    return true;
  }

  *#predicates(subject: string, nesting: number): Generator<Progress, void, void> {
    for (;;) {
      const predicate =
        this.#token.kind === 'name' && this.#token.text === 'a'
          ? this.#stepped(typePredicate)
          : (yield* this.#object(nesting)).value;
      do {
        yield* this.#add(subject, predicate, yield* this.#object(nesting));
      } while (this.#takes(','));
      let isMore = false;
      while (this.#takes(';')) {
        isMore = true;
      }
      if (!isMore || this.#isMark('.') || this.#isMark(']')) {
        return;
      }
    }
  }

  *#add(subject: string, predicate: string, object: TurtleTerm): Generator<Progress, void, void> {
    yield* this.#count();
    this.#statements += 1;
    if (this.#statements > maxStatements) {
      throw tooMuch(`${maxStatements} statements`);
    }
    const said = this.#graph.get(subject) ?? new Map<string, TurtleTerm[]>();
    this.#graph.set(subject, said);
    const objects = said.get(predicate) ?? [];
    said.set(predicate, objects);
    objects.push(object);
  }

  *#object(nesting: number): Generator<Progress, TurtleTerm, void> {
    if (nesting > maxNesting) {
      throw this.#unexpected(`at most ${maxNesting} brackets inside each other`);
    }
    const { kind, text } = this.#token;
    if (kind === 'iri') {
      return { kind: 'iri', value: this.#iri() };
    }
    if (kind === 'literal') {
      return this.#literal();
    }
    if (this.#takes('[')) {
      const node = this.#blankNode();
      if (!this.#takes(']')) {
        yield* this.#predicates(node, nesting + 1);
        this.#take(']');
      }
      return { kind: 'iri', value: node };
    }
    if (this.#takes('(')) {
      const node = this.#blankNode();
      while (!this.#takes(')')) {
        yield* this.#add(node, 'member', yield* this.#object(nesting + 1));
      }
      return { kind: 'iri', value: node };
    }
    if (kind !== 'name') {
      throw this.#unexpected('an IRI, a name or a value');
    }
    return /^[+\-.\d]/.test(text) || text === 'true' || text === 'false'
      ? { kind: 'literal', value: this.#stepped(text) }
      : { kind: 'iri', value: this.#prefixed() };
  }

  #literal(): TurtleTerm {
    const value = this.#stepped(this.#token.text);
    if (this.#token.kind === 'tag') {
      this.#step();
    } else if (this.#takes('^')) {
      this.#take('^');
      const type = this.#token.kind === 'iri' ? this.#iri() : this.#prefixed();
      return { kind: 'literal', value, type };
    }
    return { kind: 'literal', value };
  }

  #iri(): string {
    if (this.#token.kind !== 'iri') {
      throw this.#unexpected('an IRI');
    }
    return this.#counted(resolved(this.#base, this.#stepped(this.#token.text)));
  }

  #prefixed(): string {
    const { text } = this.#token;
    const end = text.indexOf(':') + 1;
    const known = text.startsWith('_:') ? '_:' : this.#prefixes.get(text.slice(0, end));
    if (this.#token.kind !== 'name' || end === 0 || known === undefined) {
      throw this.#unexpected('a name with a prefix that is defined');
    }
    return this.#counted(this.#stepped(known + text.slice(end).replaceAll('\\', '')));
  }

  #counted(iri: string): string {
    this.#irisInCharacters += iri.length;
    if (this.#irisInCharacters > maxIrisInCharacters) {
      throw tooMuch(`${maxIrisInCharacters} characters of IRIs`);
    }
    return iri;
  }

  #blankNode(): string {
    this.#blankNodes += 1;
    return `_:#${this.#blankNodes}`;
  }

  #isMark(mark: string): boolean {
    return this.#token.kind === 'mark' && this.#token.text === mark;
  }

  #takes(mark: string): boolean {
    const isThere = this.#isMark(mark);
    if (isThere) {
      this.#step();
    }
    return isThere;
  }

  #take(mark: string): void {
    if (!this.#takes(mark)) {
      throw this.#unexpected(`'${mark}'`);
    }
  }

  #step(): void {
    this.#token = this.#tokens.next();
  }

  #stepped<Value>(value: Value): Value {
    this.#step();
    return value;
  }

  #unexpected(wanted: string): VmcorekitError<'malformed'> {
    return badTurtle(this.#token.at, wanted, this.#token.text.slice(0, 100));
  }
}

function tooMuch(what: string): VmcorekitError<'unsupported'> {
  return new VmcorekitError('unsupported', {
    what: `an AFF4 volume of more than ${what}`,
    advice: 'export the memory in it with aff4imager',
  });
}

/** What relative IRIs begin with. */
interface IriBase {
  readonly whole: string;
  readonly withoutEnd: string;
  /** Up to the end of the authority. */
  readonly root: string;
}

function baseOf(iri: string): IriBase {
  const root = /^[a-z][a-z\d+.-]*:\/\/[^/]*/i.exec(iri)?.[0] ?? iri;
  return { whole: iri, withoutEnd: withoutEndSlashes(iri), root };
}

/** An IRI as it stands, or one that begins where the base does. */
function resolved({ whole, withoutEnd, root }: IriBase, iri: string): string {
  if (iri === '' || /^[a-z][a-z\d+.-]*:/i.test(iri)) {
    return iri === '' ? whole : iri;
  }
  return iri.startsWith('/') ? root + iri : `${withoutEnd}/${iri}`;
}
