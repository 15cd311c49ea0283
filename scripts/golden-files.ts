/** Reads the reference files whose format the README of the golden folder describes. */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';

/** One GGUF with its reference cases. */
export interface Golden {
  readonly label: string;
  /** Path of the GGUF. */
  readonly file: string;
  /** Tensor types in the file, as the reference counts them. */
  readonly types: string;
  readonly cases: readonly GoldenCase[];
  /** Of models that embed, whose files have no other cases. */
  readonly embeddings: readonly GoldenEmbedding[];
}

export interface GoldenEmbedding {
  readonly ids: readonly number[];
  readonly vector: Float32Array; // (dim)
}

export interface GoldenCase {
  readonly ids: readonly number[];
  readonly greedyIds: readonly number[];
  readonly logits: GoldenLogits | undefined;
}

export interface GoldenLogits {
  /** Position of the first row. */
  readonly firstRow: number;
  readonly rows: number;
  readonly values: Float32Array; // (rows, vocabulary)
  /** Standard deviation of the values, the unit of errors. */
  readonly std: number;
}

const ids = z.array(z.number().int());

const logitsFields = {
  logits_file: z.string().optional(),
  logits_shape: z.tuple([z.number(), z.number()]).optional(),
  logits_rows: z.tuple([z.number(), z.number()]).optional(),
  logits_std: z.number().optional(),
};

const fileSchema = z.object({
  file: z.string(),
  file_location: z.string().optional(),
  weight_types: z.record(z.string(), z.number()),
  token_ids: ids.optional(),
  greedy_continuation_ids: ids.optional(),
  cases: z
    .array(
      z.object({
        prompt_ids: ids.optional(),
        greedy_ids: ids.optional(),
        token_ids: ids.optional(),
        row: z.number().int().optional(),
        ...logitsFields,
      }),
    )
    .optional(),
  embedding_file: z.string().optional(),
  embedding_shape: z.tuple([z.number(), z.number()]).optional(),
  ...logitsFields,
});

type GoldenFile = z.infer<typeof fileSchema>;

type LogitsFields = Pick<GoldenFile, keyof typeof logitsFields>;

/** All references below a folder. */
export async function findGoldens(directory: string): Promise<Golden[]> {
  const names = await readdir(directory, { recursive: true });
  const paths = names.filter(name => name.endsWith('.golden.json')).sort();
  return Promise.all(paths.map(path => readGolden(directory, join(directory, path))));
}

async function readGolden(directory: string, path: string): Promise<Golden> {
  const json = fileSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  const folder = dirname(path);
  const flat = { prompt_ids: json.token_ids, greedy_ids: json.greedy_continuation_ids, ...json };
  const cases: GoldenCase[] = [];
  for (const item of json.cases ?? [flat]) {
    if (!item.prompt_ids || !item.greedy_ids) continue;
    cases.push({ ids: item.prompt_ids, greedyIds: item.greedy_ids, logits: await readLogits(folder, item) });
  }
  return {
    label: relative(directory, path).replace('.golden.json', ''),
    file: await locate(directory, folder, json.file),
    types: Object.keys(json.weight_types).join(' '),
    cases,
    embeddings: await readEmbeddings(folder, json),
  };
}

async function readEmbeddings(folder: string, json: GoldenFile): Promise<GoldenEmbedding[]> {
  const { embedding_file: file, embedding_shape: shape, cases = [] } = json;
  if (!file || !shape) return [];
  const values = await readFloats(join(folder, file));
  const [, dim] = shape;
  return cases.flatMap(({ token_ids, row }) => {
    return token_ids && row !== undefined
      ? [{ ids: token_ids, vector: values.subarray(row * dim, (row + 1) * dim) }]
      : [];
  });
}

/** A GGUF may be shared by several references: it lies where this one says, or elsewhere in the set. */
async function locate(directory: string, folder: string, file: string): Promise<string> {
  if (existsSync(join(folder, file))) return join(folder, file);
  for (const base of [directory, dirname(folder)]) {
    const elsewhere = (await readdir(base, { recursive: true })).find(name => name.endsWith(`/${file}`));
    if (elsewhere) return join(base, elsewhere);
  }
  throw new Error(`${file} is neither in ${folder} nor elsewhere below ${directory}`);
}

async function readLogits(folder: string, fields: LogitsFields): Promise<GoldenLogits | undefined> {
  const { logits_file: file, logits_shape: shape, logits_rows: range, logits_std: std } = fields;
  if (!file || !shape || std === undefined) return undefined;
  return { firstRow: range?.[0] ?? 0, rows: shape[0], values: await readFloats(join(folder, file)), std };
}

async function readFloats(path: string): Promise<Float32Array> {
  return new Float32Array(new Uint8Array(await readFile(path)).buffer);
}
