import { expect, it } from 'vitest';
import { WeightStore } from './store.ts';

it('says so where there is no IndexedDB, as here in Node', async () => {
  await expect(WeightStore.open()).rejects.toMatchObject({ code: 'storage_unavailable', status: 507 });
});
