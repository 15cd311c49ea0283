import type { Kernel } from '../../gpu/kernel.ts';
import chainCode from './chain.wgsl?raw';
import streamCode from './stream.wgsl?raw';

/** Workgroups of {@link stream}: enough to fill any GPU. */
export const STREAM_WORKGROUPS = 4096;

/** Bytes of {@link stream}'s result. */
export const STREAM_RESULT_BYTES = STREAM_WORKGROUPS * 64 * 16;

/** Reads a buffer from one end to the other. Group 0: the buffer, the result. */
export const stream: Kernel = { name: 'stream', code: streamCode, groups: [['read', 'write']] };

/** Counts its dispatches. Group 0: the counter. */
export const chain: Kernel = { name: 'chain', code: chainCode, groups: [['write']] };
