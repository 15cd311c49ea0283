/** Reads the tokenizers' reference files, whose formats the READMEs of the golden folder describe. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';

export interface TokenCase {
  readonly text: string;
  readonly ids: readonly number[];
  readonly parseSpecial: boolean;
  readonly addSpecial: boolean;
}

/** The cases of one file. */
export interface TokenSuite {
  /** Path of the GGUF with the vocabulary. */
  readonly gguf: string;
  readonly cases: readonly TokenCase[];
  /** How many of the cases without special tokens give their text back, where the reference says. */
  readonly roundTrips?: number;
}

/** `undefined` for a file that holds no cases. */
export async function readTokenCases(path: string): Promise<TokenSuite | undefined> {
  if (path.endsWith('.gguf.inp')) return readPair(path);
  if (path.endsWith('.cases.json')) return readCases(path);
  if (path.endsWith('.golden.json')) return readGolden(path);
  return undefined;
}

async function readPair(path: string): Promise<TokenSuite> {
  const gguf = path.slice(0, -'.inp'.length);
  const texts = (await readFile(path, 'utf8')).split('\n__ggml_vocab_test__\n');
  if (texts.at(-1) === '') texts.pop();
  const lines = (await readFile(`${gguf}.out`, 'utf8')).split('\n');
  const cases = texts.map((text, index) => plain(text, (lines[index]?.match(/\d+/g) ?? []).map(Number)));
  return { gguf, cases };
}

const ids = z.array(z.number().int());

const casesSchema = z.object({
  vocab_file: z.string(),
  add_special_prefix_ids: ids,
  pieces_joined_equal_text: z.number(),
  cases: z.array(z.object({ text: z.string(), ids, ids_parse_special: ids })),
});

async function readCases(path: string): Promise<TokenSuite> {
  const json = casesSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  const cases = json.cases.flatMap(({ text, ids, ids_parse_special }) => [
    plain(text, ids),
    parsed(text, ids_parse_special),
    whole(text, [...json.add_special_prefix_ids, ...ids]),
  ]);
  return { gguf: join(dirname(path), json.vocab_file), cases, roundTrips: json.pieces_joined_equal_text };
}

const goldenSchema = z.object({
  file: z.string(),
  file_location: z.string().optional(),
  tokenize: z.array(z.object({ text: z.string(), ids, ids_parse_special: ids, ids_add_special: ids })).optional(),
  /** A decoder's prompts, or an encoder's texts; some cases are ids alone. */
  cases: z
    .array(
      z.object({
        prompt: z.string().optional(),
        prompt_ids: ids.optional(),
        text: z.string().optional(),
        token_ids: ids.optional(),
      }),
    )
    .optional(),
});

async function readGolden(path: string): Promise<TokenSuite> {
  const { file, file_location, tokenize, cases } = goldenSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  const strings = (tokenize ?? []).flatMap(({ text, ids, ids_parse_special, ids_add_special }) => [
    plain(text, ids),
    parsed(text, ids_parse_special),
    whole(text, ids_add_special),
  ]);
  const prompts = (cases ?? []).flatMap(({ prompt, prompt_ids, text = prompt, token_ids = prompt_ids }) =>
    text === undefined || token_ids === undefined ? [] : [whole(text, token_ids)],
  );
  // "synthetic/x.gguf of this set": below the folder that this file's folder lies in.
  const folder = file_location === undefined ? dirname(path) : join(dirname(path), '..', dirname(file_location));
  return { gguf: join(folder, file), cases: [...strings, ...prompts] };
}

function plain(text: string, ids: readonly number[]): TokenCase {
  return { text, ids, parseSpecial: false, addSpecial: false };
}

function parsed(text: string, ids: readonly number[]): TokenCase {
  return { text, ids, parseSpecial: true, addSpecial: false };
}

function whole(text: string, ids: readonly number[]): TokenCase {
  return { text, ids, parseSpecial: false, addSpecial: true };
}
