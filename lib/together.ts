/**
 * As `Promise.all`, but a failure is thrown only when none of them is still at work: what they all read from can then be
 * closed, and stays closed.
 */
export async function together<T extends readonly unknown[]>(
  work: readonly [...{ [K in keyof T]: Promise<T[K]> }],
): Promise<T> {
  await Promise.allSettled(work);
  return Promise.all(work) as Promise<unknown> as Promise<T>;
}
