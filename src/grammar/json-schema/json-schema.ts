import * as ebnf from '../ebnf.ts';
import type { Grammar } from '../grammar.ts';
import { arrayValue } from './arrays.ts';
import { branchesOf, type Reading } from './branches.ts';
import { constantsOf, excludedValues, refuseExcluded } from './constants.ts';
import { modernized } from './dialect.ts';
import type { Type } from './keywords.ts';
import { type Branch, type Node, toNode } from './node.ts';
import { writeJson, writePython, writePythonArguments } from './notation.ts';
import { numberValue } from './numbers.ts';
import { argumentsValue, objectValue } from './objects.ts';
import { schemaError } from './schema-error.ts';
import { stringValue } from './strings.ts';
import { typesOf } from './types.ts';

/** Characters of a grammar: more take xgrammar (0.1.27) some ten seconds. */
const MAX_LENGTH = 1_000_000;

/**
 * The JSON texts of the values that fit a JSON Schema, as a body of xgrammar's EBNF and rules: nothing else, and all of them but for the
 * order of an object's properties, which is the schema's, blanks, which are few, and the ways to write a number. As keyword
 * arguments in Python the objects that fit, likewise; a name that is no identifier stands in quotes there.
 *
 * Ours instead of xgrammar's own translation (0.1.27), which lets control characters and quotes through where a string
 * has a length or a pattern, and lets an undeclared property have a declared one's name.
 *
 * @throws RequestError `invalid_json_schema`, with the keyword's path as `param`
 */
export function jsonSchemaBody({ schema, strict = true, notation }: Asked, rules: ebnf.Rules): string {
  const reading = { root: toNode(modernized(schema), ''), strict };
  if (notation !== 'python') return new Translation(reading, rules, writeJson).value();
  return new Translation(reading, rules, writePython).keywordArguments();
}

type Asked = Omit<Extract<Grammar, { kind: 'json-schema' }>, 'kind' | 'param'>;

interface Rule {
  readonly name: string;
  /** Absent while it is being made. */
  isPossible?: boolean;
  /** Named within itself. */
  isRecursive?: boolean;
}

class Translation {
  readonly #reading: Reading;
  readonly #rules: ebnf.Rules;
  /** A constant as text. */
  readonly #write: (value: unknown) => string;
  /** By the schemas' texts, so that a schema within itself comes to an end. */
  readonly #known = new Map<string, Rule>();

  constructor(reading: Reading, rules: ebnf.Rules, write: (value: unknown) => string) {
    this.#reading = reading;
    this.#rules = rules;
    this.#write = write;
  }

  value(): string {
    const root = this.#toRule([this.#reading.root]);
    if (root === undefined) throw schemaError('no value fits it.', '');
    return root;
  }

  keywordArguments(): string {
    const options = branchesOf([this.#reading.root], this.#reading).flatMap(branch => {
      const constants = constantsOf(branch, this.#reading.strict);
      if (constants) return constants.flatMap(value => writePythonArguments(value) ?? []).map(ebnf.literal);
      if (!typesOf(branch).includes('object')) return [];
      return argumentsValue(branch, this.#means) ?? [];
    });
    if (options.length === 0) throw schemaError('no object fits it.', '');
    return this.#rules.add(ebnf.choice(options));
  }

  get #means() {
    return { rules: this.#rules, toRule: this.#toRule, reading: this.#reading };
  }

  readonly #toRule = (nodes: readonly Node[]): string | undefined => {
    const key = [
      ...new Set(nodes.map(({ schema, isExcluded }) => `${isExcluded ? 'not ' : ''}${JSON.stringify(schema)}`)),
    ]
      .sort()
      .join('\n');
    const known = this.#known.get(key);
    if (known) {
      if (known.isPossible === undefined) known.isRecursive = true;
      return known.isPossible === false ? undefined : known.name;
    }
    const path = nodes[0]?.path ?? '';
    if (this.#rules.length > MAX_LENGTH) throw schemaError('the schema is too large.', path);
    const rule: Rule = { name: this.#rules.reserve() };
    this.#known.set(key, rule);
    const options = branchesOf(nodes, this.#reading).flatMap(branch => this.#valuesOf(branch));
    rule.isPossible = options.length > 0;
    if (!rule.isPossible && rule.isRecursive) throw schemaError('no value fits it.', path);
    this.#rules.define(rule.name, rule.isPossible ? ebnf.choice(options) : ebnf.EMPTY);
    return rule.isPossible ? rule.name : undefined;
  };

  #valuesOf(branch: Branch): string[] {
    const constants = constantsOf(branch, this.#reading.strict);
    if (constants) return constants.map(value => ebnf.literal(this.#write(value)));
    return typesOf(branch).flatMap(type => this.#valueOfType(type, branch) ?? []);
  }

  #valueOfType(type: Type, branch: Branch): string | undefined {
    if (this.#reading.strict) refuseExcluded(type, branch);
    switch (type) {
      case 'null':
        return this.#literals([null], branch);
      case 'boolean':
        return this.#literals([true, false], branch);
      case 'number':
        return numberValue(branch, this.#rules, this.#reading.strict);
      case 'string':
        return stringValue(branch, this.#rules, this.#reading.strict);
      case 'array':
        return arrayValue(branch, this.#rules, this.#toRule, this.#reading);
      case 'object':
        return objectValue(branch, this.#means);
    }
  }

  /** Those of the values that are not excluded. */
  #literals(values: readonly unknown[], branch: Branch): string | undefined {
    const excluded = excludedValues(branch);
    const fitting = values.filter(value => !excluded.includes(value)).map(value => ebnf.literal(this.#write(value)));
    return fitting.length === 0 ? undefined : ebnf.choice(fitting);
  }
}
