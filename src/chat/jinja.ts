import { Interpreter } from '@huggingface/jinja';

export type Evaluated = Parameters<Interpreter['evaluate']>;
export type Value = ReturnType<Interpreter['evaluate']>;
type Node = NonNullable<Evaluated[0]>;

/** The library's interpreter (0.5.11), closer to Jinja where published templates and ordinary schemas need it. */
export class JinjaInterpreter extends Interpreter {
  override evaluate(...[node, environment]: Evaluated): Value {
    const result = this.#method(node, environment) ?? this.#evaluateLeniently(node, environment);
    // It unpacks lists and not tuples: `for a, b in [(1, 2)]`.
    if (result.type === 'TupleValue') Object.assign(result, { type: 'ArrayValue' });
    return result;
  }

  /** `object.items` is the method: a key of that name is `object['items']`. */
  #method(...[node, environment]: Evaluated): Value | undefined {
    if (node?.type !== 'MemberExpression') return undefined;
    const [object, property] = [partOf(node, 'object'), partOf(node, 'property')];
    const name = 'computed' in node && node.computed === false ? textOf(property) : undefined;
    if (name === undefined || !METHODS.has(name)) return undefined;
    const value = this.evaluate(object, environment);
    return value.type === 'ObjectValue' ? value.builtins.get(name) : undefined;
  }

  #evaluateLeniently(...[node, environment]: Evaluated): Value {
    try {
      return super.evaluate(node, environment);
    } catch (error) {
      if (!node || !(error instanceof Error)) throw error;
      const { message } = error;
      const departure = DEPARTURES.find(({ type, says }) => type === node.type && says.test(message));
      if (!departure) throw error;
      return super.evaluate(
        departure.instead(part => this.evaluate(partOf(node, part), environment)),
        environment,
      );
    }
  }
}

const METHODS: ReadonlySet<string> = new Set(['get', 'items', 'keys', 'values']);

/** An error that Jinja does not know, at a node of a type, and a node that comes to what Jinja has there. */
interface Departure {
  readonly type: string;
  readonly says: RegExp;
  instead(evaluate: (part: string) => Value): Node;
}

/** Text as a template may well have, where more would be beyond any bound. */
const MAX_REPEATED = 10_000;

const DEPARTURES: readonly Departure[] = [
  {
    type: 'FilterExpression',
    says: /^Cannot apply filter "(?:trim|upper|lower|title|capitalize|string)" to type: UndefinedValue$/,
    instead: () => literal(''),
  },
  {
    type: 'FilterExpression',
    says: /^Cannot apply filter "string" to type: NullValue$/,
    instead: () => literal('None'),
  },
  {
    type: 'MemberExpression',
    says: /^Cannot access property with non-string/,
    instead: () => Object.assign({ type: 'Identifier' }, { value: '' }), // a name that no variable has
  },
  {
    type: 'BinaryExpression',
    says: /^Unknown operator "\*" between StringValue and IntegerValue$/,
    instead(evaluate) {
      const [text, count] = [String(evaluate('left').value), Number(evaluate('right').value)];
      if (text.length * count > MAX_REPEATED) throw new Error(`it repeats a text ${count} times`);
      return literal(text.repeat(Math.max(0, count)));
    },
  },
];

function literal(value: string): Node {
  return Object.assign({ type: 'StringLiteral' }, { value });
}

/** A part of a node: the library does not export their types. */
function partOf(node: Node, part: string): Node | undefined {
  const value: unknown = Reflect.get(node, part);
  return isNode(value) ? value : undefined;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function textOf(node: Node | undefined): string | undefined {
  return node && 'value' in node && typeof node.value === 'string' ? node.value : undefined;
}
