import type { ModelEntry } from '../../engine/engine.ts';
import { readJsonBody } from '../json-body.ts';
import { type RequestBody, Upstream, type UpstreamPatience } from './upstream.ts';
import { checkUpstream, invalid, type UpstreamOptions } from './upstream-options.ts';

/**
 * The servers that may answer in place of this device: those that a request names, and those that are declared to for a
 * failure here. Nothing else leaves the device.
 */
export class Upstreams {
  readonly #upstreams: readonly Upstream[];

  /**
   * @param page what relative addresses are relative to.
   * @throws RequestError `invalid_upstream`
   */
  constructor(options: readonly UpstreamOptions[], page?: string, patience?: Partial<UpstreamPatience>) {
    const names = options.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) < index);
    if (twice !== undefined) throw invalid(`There are two upstreams of the name ${twice}.`);
    this.#upstreams = options.map(upstream => new Upstream(upstream, checkUpstream(upstream, page), patience));
  }

  /** Their models, as they are listed. */
  get entries(): ModelEntry[] {
    return this.#upstreams.flatMap(({ name, models }) => {
      return models.map(model => ({ id: `${name}:${model}`, ownedBy: name, created: 0, loaded: true, upstream: name }));
    });
  }

  /** An upstream's answer where the request names one, or where `local` fails and a rule is there for that. */
  async answer(request: Request, local: (request: Request) => Promise<Response>): Promise<Response> {
    if (this.#upstreams.length === 0) return local(request);
    const json: unknown = await readJsonBody(request.clone());
    const body: RequestBody = typeof json === 'object' && json !== null ? { ...json } : {};
    const model = typeof body.model === 'string' ? body.model : undefined;
    const named = this.#upstreams.find(({ name }) => model?.startsWith(`${name}:`));
    if (named && model !== undefined) return named.answer(request, body, model.slice(named.name.length + 1));
    try {
      return await local(request);
    } catch (error) {
      request.signal.throwIfAborted();
      const instead = this.#upstreams.find(upstream => upstream.answersInstead(error));
      // A conversation that is kept on this device cannot go on elsewhere.
      if (!instead || typeof body.previous_response_id === 'string') throw error;
      const { models } = instead;
      return instead.answer(
        request,
        body,
        model !== undefined && models.includes(model) ? model : (models[0] ?? model),
      );
    }
  }
}
