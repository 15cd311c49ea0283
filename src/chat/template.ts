import { Environment, Template } from '@huggingface/jinja';
import { type Evaluated, JinjaInterpreter, type Value } from './jinja.ts';
import { strftime } from './strftime.ts';

/** A chat template from a model's file: untrusted code in a small language, so everything it does is bounded. */
export interface ChatTemplate {
  /** Every piece of text that stands in the template, whether it writes it or compares with it. */
  readonly texts: readonly string[];
  /** Of the variables and fields that it reads. */
  readonly names: ReadonlySet<string>;
  /** Whether one of the texts contains `text`. */
  says(text: string): boolean;
  /**
   * A template that has met its deadline once is not tried again: what a context holds takes none so long.
   *
   * @param deadline by `performance.now()`.
   * @throws Error the template's own, from `raise_exception`; or what it lacks, or which bound it met.
   */
  render(variables: Readonly<Record<string, unknown>>, deadline?: number): string;
}

/** The longest known template takes 70 ms for a thousand messages, on a slow machine. */
const MAX_MILLISECONDS = 5000;
/** More than a context holds; splitting it, a single step that nothing interrupts, takes 0.2 s. */
const MAX_CHARACTERS = 2 ** 20;
/** Also how far a single step of a loop, which nothing interrupts, can go. */
const MAX_ITEMS = 100_000;

/** Several times the longest known template, which has 17,000. */
const MAX_TEMPLATE_CHARACTERS = 2 ** 16;
/** The library takes time with the square of a run's length: 4 s for 65,000 blanks. Known templates stay below 200. */
const MAX_BLANKS = 1000;
const BLANKS = new RegExp(`\\s{${MAX_BLANKS + 1}}`);

/** @throws Error for a syntax error, or a template that would take too long to read. */
export function compileTemplate(source: string): ChatTemplate {
  if (source.length > MAX_TEMPLATE_CHARACTERS) {
    throw new Error(`it is ${source.length} characters long; at most ${MAX_TEMPLATE_CHARACTERS} are allowed`);
  }
  if (BLANKS.test(source)) throw new Error(`it has more than ${MAX_BLANKS} blanks in a row`);
  const program = new Template(source).parsed;
  let overdue: OverdueError | undefined;
  function renderOnce(variables: Readonly<Record<string, unknown>>, deadline: number): string {
    if (overdue) throw overdue;
    try {
      return run(program, variables, deadline);
    } catch (error) {
      if (error instanceof OverdueError) overdue = error;
      throw error;
    }
  }
  const texts = [...literals(program)];
  return {
    texts,
    names: new Set([...texts, ...identifiers(program)]),
    says: text => texts.some(piece => piece.includes(text)),
    render(variables, deadline = templateDeadline()) {
      try {
        return renderOnce(variables, deadline);
      } catch (error) {
        // Where there are no tools, most templates want none rather than no list; Hermes' looks at each of the list.
        const withList = variables.tools === null && attempt(() => renderOnce({ ...variables, tools: [] }, deadline));
        if (typeof withList === 'string') return withList;
        throw error;
      }
    },
  };
}

/** By `performance.now()`, for a rendering, or several, that begin now. */
export function templateDeadline(): number {
  return performance.now() + MAX_MILLISECONDS;
}

class OverdueError extends Error {}

function run(program: Template['parsed'], variables: Readonly<Record<string, unknown>>, deadline: number): string {
  const environment = new Environment();
  for (const [name, value] of Object.entries({ ...variables, ...GLOBALS })) environment.set(name, value);
  return new BoundedInterpreter(environment, deadline).run(program).toString();
}

/** What `render` gives; `undefined` when it throws. */
export function attempt(render: () => string): string | undefined {
  try {
    return render();
  } catch {
    return undefined;
  }
}

/** What Jinja and transformers' `apply_chat_template` put within every template's reach. */
const GLOBALS = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
  range: boundedRange,
  strftime_now: (format: unknown) => strftime(new Date(), String(format)),
  raise_exception: (message: unknown) => {
    throw new Error(String(message));
  },
};

class BoundedInterpreter extends JinjaInterpreter {
  readonly #deadline: number;

  constructor(environment: Environment, deadline: number) {
    super(environment);
    this.#deadline = deadline;
  }

  override evaluate(...evaluated: Evaluated): Value {
    if (performance.now() > this.#deadline) throw new OverdueError(`it runs longer than ${MAX_MILLISECONDS} ms`);
    const result = super.evaluate(...evaluated);
    const { value } = result;
    if (typeof value === 'string' && value.length > MAX_CHARACTERS) {
      throw new Error(`it builds a text longer than ${MAX_CHARACTERS} characters`);
    }
    if (Array.isArray(value) && value.length > MAX_ITEMS) {
      throw new Error(`it builds a list longer than ${MAX_ITEMS} items`);
    }
    return result;
  }
}

/** Python's `range(stop)`, `range(start, stop)` or `range(start, stop, step)`. */
function boundedRange(first: number, second?: number, step = 1): number[] {
  const [start, stop] = second === undefined ? [0, first] : [first, second];
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (!(length <= MAX_ITEMS)) throw new Error(`range() of ${length} numbers; at most ${MAX_ITEMS} are allowed`);
  return Array.from({ length }, (_, index) => start + index * step);
}

/** The string literals and plain text of a syntax tree. */
const literals = (program: unknown) => valuesOf('StringLiteral', program);
const identifiers = (program: unknown) => valuesOf('Identifier', program);

/** The values of the nodes of a type below a node of the syntax tree. */
function* valuesOf(type: string, node: unknown): Generator<string> {
  if (typeof node !== 'object' || node === null) return;
  if ('type' in node && node.type === type && 'value' in node && typeof node.value === 'string') {
    yield node.value;
    return;
  }
  // Lists of nodes, the maps of object literals (which iterate as pairs), and other nodes.
  const children = Array.isArray(node) || node instanceof Map ? node : Object.values(node);
  for (const child of children) yield* valuesOf(type, child);
}
