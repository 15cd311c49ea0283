/**
 * `npm run tokens -- DIR`: tokenises every case below DIR with the vocabulary of the GGUF beside it and compares ids.
 *
 * Cases are `*.gguf.inp` with `*.gguf.out`, `*.cases.json`, and the `tokenize` and `cases` fields of
 * `*.golden.json`; ../shared/golden/README.md says how they were made.
 */
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { IngleError } from '../src/errors.ts';
import { readGguf } from '../src/gguf/read-gguf.ts';
import { createTokenizer, type Tokenizer } from '../src/tokenizer/tokenizer.ts';
import { bytesSource } from '../test/fixtures/bytes-source.ts';

interface Case {
  readonly text: string;
  readonly ids: readonly number[];
  readonly parseSpecial: boolean;
  readonly addSpecial: boolean;
}

/** The cases of one file. */
interface Suite {
  readonly gguf: string;
  readonly cases: readonly Case[];
  /** How many of the cases that leave special tokens alone give their text back, where the reference says. */
  readonly roundTrips?: number;
}

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
    const suite = await readSuite(join(folder, name));
    if (suite !== undefined && suite.cases.length > 0) rows.push(await runSuite(name, suite));
  }
  return report(rows) ? 0 : 1;
}

async function readSuite(path: string): Promise<Suite | undefined> {
  if (path.endsWith('.gguf.inp')) return readPair(path);
  if (path.endsWith('.cases.json')) return readCases(path);
  if (path.endsWith('.golden.json')) return readGolden(path);
  return undefined;
}

async function readPair(path: string): Promise<Suite> {
  const gguf = path.slice(0, -'.inp'.length);
  const texts = (await readFile(path, 'utf8')).split('\n__ggml_vocab_test__\n');
  if (texts.at(-1) === '') texts.pop();
  const lines = (await readFile(`${gguf}.out`, 'utf8')).split('\n');
  const cases = texts.map((text, index) => {
    const ids = (lines[index] ?? '')
      .trim()
      .split(/ +/)
      .filter(id => id !== '')
      .map(Number);
    return plain(text, ids);
  });
  return { gguf, cases };
}

async function readCases(path: string): Promise<Suite> {
  const json: CasesFile = JSON.parse(await readFile(path, 'utf8'));
  const prefix = json.add_special_prefix_ids;
  const cases = json.cases.flatMap(({ text, ids, ids_parse_special }) => [
    plain(text, ids),
    { text, ids: ids_parse_special, parseSpecial: true, addSpecial: false },
    { text, ids: [...prefix, ...ids], parseSpecial: false, addSpecial: true },
  ]);
  return { gguf: join(dirname(path), json.vocab_file), cases, roundTrips: json.pieces_joined_equal_text };
}

async function readGolden(path: string): Promise<Suite> {
  const json: GoldenFile = JSON.parse(await readFile(path, 'utf8'));
  const tokenize = (json.tokenize ?? []).flatMap(({ text, ids, ids_parse_special, ids_add_special }) => [
    plain(text, ids),
    { text, ids: ids_parse_special, parseSpecial: true, addSpecial: false },
    { text, ids: ids_add_special, parseSpecial: false, addSpecial: true },
  ]);
  const prompts = (json.cases ?? []).flatMap(({ prompt, prompt_ids, text, token_ids }) => {
    const [given, ids] = [prompt ?? text, prompt_ids ?? token_ids];
    return given === undefined || ids === undefined
      ? []
      : [{ text: given, ids, parseSpecial: false, addSpecial: true }];
  });
  const folder =
    json.file_location === undefined ? dirname(path) : join(dirname(path), '..', dirname(json.file_location));
  return { gguf: join(folder, json.file), cases: [...tokenize, ...prompts] };
}

interface CasesFile {
  readonly vocab_file: string;
  readonly add_special_prefix_ids: readonly number[];
  readonly pieces_joined_equal_text: number;
  readonly cases: readonly { text: string; ids: number[]; ids_parse_special: number[] }[];
}

interface GoldenFile {
  readonly file: string;
  readonly file_location?: string;
  readonly tokenize?: readonly {
    text: string;
    ids: number[];
    ids_parse_special: number[];
    ids_add_special: number[];
  }[];
  /** A decoder's prompts, or an encoder's texts. */
  readonly cases?: readonly { prompt?: string; prompt_ids?: number[]; text?: string; token_ids?: number[] }[];
}

function plain(text: string, ids: readonly number[]): Case {
  return { text, ids, parseSpecial: false, addSpecial: false };
}

async function runSuite(file: string, { gguf, cases, roundTrips }: Suite): Promise<Row> {
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
