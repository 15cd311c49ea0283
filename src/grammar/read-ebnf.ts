import { RequestError } from '../errors.ts';
import { oneOf, Rules } from './ebnf.ts';
import { parseRegex } from './regex/parse-regex.ts';
import { RegexError } from './regex/regex-error.ts';
import { regexToEbnf } from './regex/regex-to-ebnf.ts';

/** Groups within groups: far more than anybody writes, and no danger to the stack. */
const MAX_DEPTH = 200;
const NAME = /[A-Za-z_][\w.-]*/y;
const RULE = /([A-Za-z_][\w.-]*)[ \t]*::=/y;
const BLANK = /(?:[ \t\r\n]|#[^\n]*)*/y;
const STRING = /"(?:[^"\\\r\n]|\\.)*"/uy;
const CLASS = /\[(?:[^\]\\\r\n]|\\.)+\]/uy;
const QUANTIFIER = /[*+?]|\{\s*\d+\s*(?:,\s*\d*\s*)?\}/y;

/**
 * Makes an EBNF grammar ready for xgrammar (0.1.27), which stops without a word where it cannot go on, and takes classes
 * with characters beyond ASCII for something else.
 *
 * The language: rules `name ::= body`, where a text must fit `root`; in a body strings, classes of characters, names of
 * rules and groups, with `* + ? {n,m}` behind them and `|` between them; `#` begins a comment.
 *
 * @throws RequestError `invalid_grammar` with line and column
 */
export function readEbnf(source: string): string {
  return new EbnfReader(source).read();
}

class EbnfReader {
  readonly #source: string;
  readonly #used = new Map<string, number>();
  readonly #defined = new Set<string>();
  #output = '';
  #at = 0;
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
  }

  read(): string {
    this.#take(BLANK);
    while (this.#at < this.#source.length) {
      const [, name = ''] = this.#take(RULE) ?? this.#fail('a rule was expected, as name ::= …');
      this.#defined.add(name);
      this.#output += `${name} ::= `;
      this.#body();
      this.#output += '\n';
    }
    for (const [name, at] of this.#used) if (!this.#defined.has(name)) this.#fail(`there is no rule named ${name}`, at);
    if (!this.#defined.has('root')) this.#fail('there is no rule named root', 0);
    return this.#output;
  }

  #body(): void {
    this.#take(BLANK);
    while (!this.#isEnd()) {
      if (this.#takeText('|')) this.#output += '| ';
      else this.#element();
      this.#take(BLANK);
    }
  }

  #element(): void {
    if (this.#takeText('(')) this.#group();
    else this.#output += this.#string() ?? this.#class() ?? this.#name();
    this.#output += `${this.#take(QUANTIFIER)?.[0] ?? ''} `;
  }

  #group(): void {
    if (++this.#depth > MAX_DEPTH) this.#fail(`groups may be ${MAX_DEPTH} deep`);
    this.#output += this.#takeText('=') ? '(= ' : '('; // a lookahead is a hint to the compiler
    this.#body();
    if (!this.#takeText(')')) this.#fail('a closing parenthesis was expected');
    this.#output += ')';
    this.#depth--;
  }

  #string(): string | undefined {
    return this.#take(STRING)?.[0];
  }

  /** The class means what it means in a regular expression. */
  #class(): string | undefined {
    const start = this.#at;
    const text = this.#take(CLASS)?.[0];
    if (text === undefined) return undefined;
    try {
      const pattern = text.replaceAll(/\\U([0-9A-Fa-f]{8})/g, '\\u{$1}').replaceAll('\\"', '"');
      return `(${regexToEbnf([parseRegex(pattern, true)], new Rules(true), oneOf) ?? this.#fail('the class is empty', start)})`;
    } catch (error) {
      if (!(error instanceof RegexError)) throw error;
      return this.#fail(`${text} is no class of characters: ${error.message}`, start);
    }
  }

  #name(): string {
    const start = this.#at;
    const name = this.#take(NAME)?.[0] ?? this.#fail('a string, a class, a name or a group was expected');
    this.#used.set(name, start);
    return name;
  }

  /** Whether a body ends here: at the end of its group, the next rule, or the end of all. */
  #isEnd(): boolean {
    RULE.lastIndex = this.#at;
    return this.#at >= this.#source.length || this.#source[this.#at] === ')' || RULE.test(this.#source);
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source);
    if (found) this.#at += found[0].length;
    return found;
  }

  #takeText(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #fail(message: string, at = this.#at): never {
    const before = this.#source.slice(0, at).split('\n');
    const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
    throw new RequestError(`Invalid grammar at ${place}: ${message}.`, 'invalid_grammar');
  }
}
