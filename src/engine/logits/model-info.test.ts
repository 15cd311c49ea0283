import { expect, test } from 'vitest';
import { Metadata } from '../../gguf/metadata.ts';
import { recommendedSampling } from './model-info.ts';

function recommended(values: Readonly<Record<string, number>>) {
  const entries = Object.entries(values).map(([key, value]) => [`general.sampling.${key}`, value] as const);
  return recommendedSampling(new Metadata(new Map(entries)));
}

test("a file's sampling is used within the ranges of a request", () => {
  expect(recommended({ temp: 0.6, top_k: 20, top_p: 0.95, min_p: 0, penalty_repeat: 1.1 })).toEqual({
    temperature: 0.6,
    topK: 20,
    topP: 0.95,
    minP: 0,
    repetitionPenalty: 1.1,
  });
});

test.each([
  { temp: -1 },
  { temp: 2.1 },
  { temp: Number.NaN },
  { top_k: -1 },
  { top_k: 2.5 },
  { top_p: 1.5 },
  { min_p: -0.1 },
  { penalty_repeat: 0 },
  { penalty_repeat: Number.POSITIVE_INFINITY },
])('%j is dropped, and the rest kept', values => {
  expect(recommended({ temp: 1, top_k: 4, ...values })).toEqual({
    ...('temp' in values ? {} : { temperature: 1 }),
    ...('top_k' in values ? {} : { topK: 4 }),
  });
});
