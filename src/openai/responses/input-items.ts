import * as z from 'zod/mini';
import { RequestError } from '../../errors.ts';
import { type Item, toListed } from './items.ts';

/** OpenAI's own. */
const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

/** The query of `GET /v1/responses/{id}/input_items`. */
export const listQuery = z.object({
  after: z.optional(z.string()),
  limit: z.optional(z.coerce.number().check(z.int(), z.gte(1), z.lte(MAX_LIMIT))),
  order: z.optional(z.enum(['asc', 'desc'])),
});

/** A page of the items that a response answers, the latest first unless asked otherwise. */
export function toPage(items: readonly Item[], { after, limit = DEFAULT_LIMIT, order }: z.infer<typeof listQuery>) {
  const sorted = order === 'asc' ? items : [...items].reverse();
  const start = after === undefined ? 0 : sorted.findIndex(({ id }) => id === after) + 1;
  if (after !== undefined && start === 0) {
    throw new RequestError(`There is no item '${after}' to list on from.`, 'invalid_value', 'after');
  }
  const data = sorted.slice(start, start + limit);
  return {
    object: 'list',
    data: data.map(toListed),
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: start + limit < sorted.length,
  };
}
