/**
 * `npm run tokens -- DIR`: tokenises every case below DIR with the vocabulary of the GGUF beside it and compares ids.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IngleError } from '../src/errors.ts';
import { readGguf } from '../src/gguf/read-gguf.ts';
import { createTokenizer, type Tokenizer } from '../src/tokenizer/tokenizer.ts';
import { bytesSource } from '../test/fixtures/bytes-source.ts';
import { readTokenCases, type TokenSuite } from './token-cases.ts';

interface Row {
  readonly file: string;
  readonly tokenizer: string;
  readonly cases: number;
  readonly passed: number;
  readonly misses: readonly string[];
  /** Why the cases were not run. */
  readonly notRun?: string;
}

export async function main(args: string[]): Promise<number> {
  const [folder] = args;
  if (folder === undefined) {
    console.error('usage: npm run tokens -- DIR');
    return 2;
  }
  const rows: Row[] = [];
  for (const name of (await readdir(folder, { recursive: true })).sort()) {
    const suite = await readTokenCases(join(folder, name));
    if (suite !== undefined && suite.cases.length > 0) rows.push(await runSuite(name, suite));
  }
  return report(rows) ? 0 : 1;
}

async function runSuite(file: string, { gguf, cases, roundTrips }: TokenSuite): Promise<Row> {
  const opened = await openTokenizer(gguf);
  const row = { file, tokenizer: opened.name, cases: cases.length, passed: 0, misses: [] };
  if (opened.tokenizer === undefined) return { ...row, notRun: opened.problem };
  const { tokenizer } = opened;

  const misses: string[] = [];
  let joined = 0;
  for (const { text, ids, parseSpecial, addSpecial } of cases) {
    const got = tokenizer.encode([{ text, trusted: parseSpecial }], { addSpecial });
    if (!parseSpecial && !addSpecial && decode(tokenizer, got) === text) joined++;
    if (got.join() !== ids.join()) misses.push(`${JSON.stringify(text)}\n    expected ${ids}\n    got      ${got}`);
  }
  const passed = cases.length - misses.length;
  if (roundTrips !== undefined && joined !== roundTrips) {
    misses.push(`pieces give the text back in ${joined} cases, expected ${roundTrips}`);
  }
  return { ...row, passed, misses };
}

async function openTokenizer(gguf: string) {
  const { metadata } = await readGguf(bytesSource(await readFile(gguf), gguf));
  const model = metadata.optionalString('tokenizer.ggml.model') ?? 'none';
  const name = `${model}/${metadata.optionalString('tokenizer.ggml.pre') ?? 'default'}`;
  try {
    return { name, tokenizer: createTokenizer(metadata) };
  } catch (error) {
    if (!(error instanceof IngleError) || error.code !== 'unsupported_tokenizer') throw error;
    return { name, problem: error.message };
  }
}

function decode(tokenizer: Tokenizer, ids: readonly number[]): string {
  const decoder = tokenizer.decoder();
  return ids.map(decoder.push).join('') + decoder.flush();
}

/** Prints the table, the misses and what was not run; tells whether there were no misses. */
function report(rows: readonly Row[]): boolean {
  const width = Math.max(...rows.map(({ file }) => file.length));
  for (const { file, tokenizer, cases, passed, notRun } of rows) {
    const result = notRun === undefined ? `${passed} of ${cases}` : 'not run';
    console.log(`${file.padEnd(width)}  ${tokenizer.padEnd(22)} ${result}`);
  }
  for (const { file, misses } of rows) for (const miss of misses) console.log(`\n${file}: ${miss}`);

  const run = rows.filter(({ notRun }) => notRun === undefined);
  const total = (of: (row: Row) => number) => run.reduce((sum, row) => sum + of(row), 0);
  console.log(`\n${total(row => row.passed)} of ${total(row => row.cases)} cases in ${run.length} files identical.`);
  const notRun = rows.flatMap(row => (row.notRun === undefined ? [] : [`  ${row.file}: ${row.notRun}`]));
  if (notRun.length > 0) console.log(`Not run:\n${notRun.join('\n')}`);
  return run.length > 0 && run.every(({ misses }) => misses.length === 0);
}
