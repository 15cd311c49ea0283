/**
 * `npm run schema -- FILE.json…`: reads `{schema, tests: [{data, valid}]}`, or a list of them, and prints for each
 * schema whether it can be enforced, in what time, and whether its grammar accepts each `data` exactly as `valid` says.
 *
 * A grammar knows one order of an object's properties, its schema's. So data is written as `JSON.stringify` does, without
 * blanks, its properties in the schema's order and others behind them; where the schema has alternatives, in the order of
 * each of them in turn, and one that is accepted will do.
 *
 * A schema that names no `$schema` is of the draft that a folder of its file is named after, as in JSON Schema's own suite.
 */
import { readFile } from 'node:fs/promises';
import { RequestError } from '../src/errors.ts';
import { acceptance } from '../test/fixtures/byte-grammars.ts';
import { orders } from './schema/property-order.ts';

interface Suite {
  readonly schema: unknown;
  readonly description?: string;
  readonly tests?: readonly { readonly data: unknown; readonly valid: boolean; readonly description?: string }[];
}

interface Result {
  /** Why the schema was refused. */
  readonly refused?: string;
  readonly milliseconds: number;
  readonly tests: number;
  readonly misses: readonly string[];
}

export async function main(files: string[]): Promise<number> {
  if (files.length === 0) {
    console.error('usage: npm run schema -- FILE.json…');
    return 2;
  }
  console.log('Data is written without blanks, properties in the order of their schema, and others behind them.\n');
  const results: Result[] = [];
  for (const file of files) {
    const content: Suite | Suite[] = JSON.parse(await readFile(file, 'utf8'));
    for (const suite of Array.isArray(content) ? content : [content]) {
      const result = await runSuite({ ...suite, schema: inDraftOf(file, suite.schema) });
      print(suite.description === undefined ? file : `${file}: ${suite.description}`, result);
      results.push(result);
    }
  }
  const accepted = results.filter(({ refused }) => refused === undefined);
  const tests = accepted.reduce((sum, result) => sum + result.tests, 0);
  const misses = accepted.reduce((sum, result) => sum + result.misses.length, 0);
  console.log(
    `\n${accepted.length} of ${results.length} schemas accepted; ${tests - misses} of ${tests} data as expected.`,
  );
  return misses === 0 ? 0 : 1;
}

function inDraftOf(file: string, schema: unknown): unknown {
  const draft = /(?:^|\/)draft([3467])\//.exec(file)?.[1];
  const isUndated = typeof schema === 'object' && schema !== null && !('$schema' in schema);
  return draft && isUndated ? { $schema: `http://json-schema.org/draft-0${draft}/schema#`, ...schema } : schema;
}

async function runSuite({ schema, tests = [] }: Suite): Promise<Result> {
  const misses: string[] = [];
  const start = performance.now();
  const passed = () => Math.round(performance.now() - start);
  try {
    const accepts = await acceptance({ kind: 'json-schema', schema });
    const milliseconds = passed();
    for (const { data, valid, description = '' } of tests) {
      const texts = new Set(orders(data, schema).map(ordered => JSON.stringify(ordered)));
      if ((await acceptsAny(accepts, texts)) !== valid) {
        misses.push(`${valid ? 'refuses' : 'accepts'} ${[...texts][0]} ${description}`.trim());
      }
    }
    return { milliseconds, tests: tests.length, misses };
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return { refused: error.message, milliseconds: passed(), tests: tests.length, misses };
  }
}

async function acceptsAny(accepts: (text: string) => Promise<boolean>, texts: Iterable<string>): Promise<boolean> {
  for (const text of texts) if (await accepts(text)) return true;
  return false;
}

function print(name: string, { refused, milliseconds, tests, misses }: Result): void {
  if (refused !== undefined) console.log(`refused   ${name}: ${refused}`);
  else console.log(`accepted  ${name}: ${tests - misses.length} of ${tests} (${milliseconds} ms)`);
  for (const miss of misses) console.log(`          ${miss}`);
}
