/**
 * `npm run schema -- FILE.json…`: reads `{schema, tests: [{data, valid}]}`, or a list of them, and prints for each
 * schema whether it can be enforced, and whether its grammar accepts each `data` exactly as `valid` says.
 *
 * Data is written as `JSON.stringify` does, its properties in the schema's order, which is the only one that the
 * grammars know.
 */
import { readFile } from 'node:fs/promises';
import { RequestError } from '../src/errors.ts';
import { acceptance } from '../test/fixtures/byte-grammars.ts';

interface Suite {
  readonly schema: unknown;
  readonly description?: string;
  readonly tests?: readonly { readonly data: unknown; readonly valid: boolean; readonly description?: string }[];
}

interface Result {
  /** Why the schema was refused. */
  readonly refused?: string;
  readonly tests: number;
  readonly misses: readonly string[];
}

export async function main(files: string[]): Promise<number> {
  if (files.length === 0) {
    console.error('usage: npm run schema -- FILE.json…');
    return 2;
  }
  const results: Result[] = [];
  for (const file of files) {
    const content: Suite | Suite[] = JSON.parse(await readFile(file, 'utf8'));
    for (const suite of Array.isArray(content) ? content : [content]) {
      const result = await runSuite(suite);
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

async function runSuite({ schema, tests = [] }: Suite): Promise<Result> {
  const misses: string[] = [];
  try {
    const accepts = await acceptance({ kind: 'json-schema', schema });
    for (const { data, valid, description = '' } of tests) {
      const text = JSON.stringify(inOrder(data, schema, schema));
      if ((await accepts(text)) !== valid)
        misses.push(`${valid ? 'refuses' : 'accepts'} ${text} ${description}`.trim());
    }
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    return { refused: error.message, tests: tests.length, misses };
  }
  return { tests: tests.length, misses };
}

function print(name: string, { refused, tests, misses }: Result): void {
  if (refused !== undefined) console.log(`refused   ${name}: ${refused}`);
  else console.log(`accepted  ${name}: ${tests - misses.length} of ${tests}`);
  for (const miss of misses) console.log(`          ${miss}`);
}

const isRecord = (value: unknown): value is Record<string, unknown> => {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
};

/** The value with its properties in the order in which the schema, or a part of it that speaks of them, lists them. */
function inOrder(value: unknown, schema: unknown, root: unknown): unknown {
  const parts = partsOf(schema, root, 0);
  const below = (keyword: string, key?: string) => {
    const found = parts.map(part => part[keyword]).filter(part => part !== undefined);
    if (key === undefined) return { allOf: found };
    return { allOf: found.flatMap(part => (isRecord(part) && Object.hasOwn(part, key) ? [part[key]] : [])) };
  };
  if (Array.isArray(value)) {
    return value.map(item => {
      const lists = parts.flatMap(({ prefixItems, items }) => [prefixItems, items].flat());
      return inOrder(item, { allOf: lists.filter(part => part !== undefined) }, root);
    });
  }
  if (!isRecord(value)) return value;
  const declared = parts.flatMap(({ properties }) => (isRecord(properties) ? Object.keys(properties) : []));
  const required = parts.flatMap(({ required }) => (Array.isArray(required) ? required.map(String) : []));
  const names = [...new Set([...declared, ...required, ...Object.keys(value)])].filter(name =>
    Object.hasOwn(value, name),
  );
  return Object.fromEntries(
    names.map(name => {
      const own = below('properties', name);
      return [name, inOrder(value[name], own.allOf.length > 0 ? own : below('additionalProperties'), root)];
    }),
  );
}

/** References within references, where they lead in a circle. */
const MAX_DEPTH = 20;

/** The schema and those that it refers to for the same value. */
function partsOf(schema: unknown, root: unknown, depth: number): Record<string, unknown>[] {
  if (!isRecord(schema) || depth > MAX_DEPTH) return [];
  const reference = typeof schema.$ref === 'string' ? resolve(schema.$ref, root) : undefined;
  const others = [reference, schema.allOf, schema.anyOf, schema.oneOf].flat();
  return [schema, ...others.flatMap(other => partsOf(other, root, depth + 1))];
}

function resolve(reference: string, root: unknown): unknown {
  const keys = reference.split('/').slice(1);
  return keys.reduce<unknown>((found, key) => (isRecord(found) ? found[key] : undefined), root);
}
