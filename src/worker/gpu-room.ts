import type { Resident } from './resident.ts';

/**
 * Which models may be on the GPU together. For now one: who enters waits until the requests that the one before is
 * answering have ended, and it has left. Whoever asks for that one meanwhile queues up behind.
 */
export class GpuRoom {
  #last: Resident | undefined;

  async enter(resident: Resident): Promise<void> {
    const before = this.#last;
    this.#last = resident;
    await before?.leave();
  }
}
