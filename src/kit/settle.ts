/**
 * As `Promise.all`, but it waits until all have come to an end: nothing goes on behind the back of the first that
 * fails. Rejects with the reason of that one.
 */
export async function allSettled<T extends readonly unknown[] | []>(
  work: T,
): Promise<{ -readonly [Index in keyof T]: Awaited<T[Index]> }> {
  await Promise.allSettled(work)
  return await Promise.all(work)
}
