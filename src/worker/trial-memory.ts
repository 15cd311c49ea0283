import { version } from '../../package.json';
import type { TrialMemory } from '../gpu/self-test.ts';
import type { DeviceFacts } from './device-facts.ts';

/**
 * What a GPU computes rightly, kept on this device; another GPU, browser or version of Ingle may compute otherwise. A page
 * is not told of the driver's version.
 *
 * @param gpu its name, as far as the browser tells
 */
export function trialMemory(facts: DeviceFacts, gpu: string): TrialMemory {
  const key = JSON.stringify(['self-test', gpu, navigator.userAgent, version]);
  return {
    recall: async () => (await facts.get<ReadonlySet<string>>(key)) ?? new Set(),
    remember: digests => facts.set(key, digests),
  };
}
