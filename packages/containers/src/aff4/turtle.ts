import { VmcorekitError } from '@vmcorekit/core';
import { badTurtle, type TurtleToken, TurtleTokens } from './turtle-tokens.ts';

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

/**
 * Reads a Turtle text: prefixes, a base, lists of predicates and objects, literals with types and
 * languages, blank nodes. Throws `malformed`, and `unsupported` beyond the bounds. `base` is where
 * relative IRIs begin. Source: W3C, RDF 1.1 Turtle.
 */
export function readTurtle(text: string, base: string): TurtleGraph {
  return new TurtleReader(text, base).read();
}

class TurtleReader {
  readonly #tokens: TurtleTokens;
  readonly #prefixes: Map<string, string> = new Map();
  readonly #graph: Map<string, Map<string, TurtleTerm[]>> = new Map();
  #base: string;
  #token: TurtleToken;
  #statements = 0;
  #blankNodes = 0;

  constructor(text: string, base: string) {
    this.#tokens = new TurtleTokens(text);
    this.#base = base;
    this.#token = this.#tokens.next();
  }

  read(): TurtleGraph {
    while (this.#token.kind !== 'end') {
      if (!this.#directive()) {
        const isNested = this.#isMark('[');
        const subject = this.#object(0).value;
        if (!(isNested && this.#isMark('.'))) {
          this.#predicates(subject, 0);
        }
        this.#take('.');
      }
    }
    return this.#graph;
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
      this.#base = this.#iri();
    }
    if (isTag) {
      this.#take('.');
    }
    return true;
  }

  #predicates(subject: string, nesting: number): void {
    for (;;) {
      const predicate =
        this.#token.kind === 'name' && this.#token.text === 'a'
          ? this.#stepped(typePredicate)
          : this.#object(nesting).value;
      do {
        this.#add(subject, predicate, this.#object(nesting));
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

  #add(subject: string, predicate: string, object: TurtleTerm): void {
    this.#statements += 1;
    if (this.#statements > maxStatements) {
      throw new VmcorekitError('unsupported', {
        what: `an AFF4 volume of more than ${maxStatements} statements`,
        advice: 'export the memory in it with aff4imager',
      });
    }
    const said = this.#graph.get(subject) ?? new Map<string, TurtleTerm[]>();
    this.#graph.set(subject, said);
    const objects = said.get(predicate) ?? [];
    said.set(predicate, objects);
    objects.push(object);
  }

  #object(nesting: number): TurtleTerm {
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
        this.#predicates(node, nesting + 1);
        this.#take(']');
      }
      return { kind: 'iri', value: node };
    }
    if (this.#takes('(')) {
      const node = this.#blankNode();
      while (!this.#takes(')')) {
        this.#add(node, 'member', this.#object(nesting + 1));
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
    return resolved(this.#base, this.#stepped(this.#token.text));
  }

  #prefixed(): string {
    const { text } = this.#token;
    const end = text.indexOf(':') + 1;
    const known = text.startsWith('_:') ? '_:' : this.#prefixes.get(text.slice(0, end));
    if (this.#token.kind !== 'name' || end === 0 || known === undefined) {
      throw this.#unexpected('a name with a prefix that is defined');
    }
    return this.#stepped(known + text.slice(end).replaceAll('\\', ''));
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

/** An IRI as it stands, or one that begins where the base does. */
function resolved(base: string, iri: string): string {
  if (iri === '' || /^[a-z][a-z\d+.-]*:/i.test(iri)) {
    return iri === '' ? base : iri;
  }
  const root = /^[a-z][a-z\d+.-]*:\/\/[^/]*/i.exec(base)?.[0] ?? base;
  return iri.startsWith('/') ? root + iri : `${base.replace(/\/+$/, '')}/${iri}`;
}
