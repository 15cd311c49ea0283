/**
 * How far a GPU may be from the CPU's double precision, on numbers of the size of 1. What is wrong is off by the size of
 * the numbers themselves.
 */

/** Sums of some hundred products in another order are off by 1e-6, exp and tanh of some drivers by 1e-5. */
export const F32_TOLERANCE = 1e-4;

/** Sums of some hundred products whose factors were rounded, or cut off, at 11 bits. */
export const F16_SUM_TOLERANCE = 2e-2;

/** A number that was rounded, or cut off, at 11 bits. */
export const F16_TOLERANCE = 2 ** -10;
