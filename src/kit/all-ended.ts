/**
 * As `Promise.all`, but it waits until all have come to an end: nothing goes on behind the back of one that fails.
 * Rejects with the reason of the first in the list.
 */
export async function allEnded<T extends readonly unknown[] | []>(
  work: T,
): Promise<{ -readonly [Index in keyof T]: Awaited<T[Index]> }> {
  await Promise.allSettled(work)
  return await Promise.all(work)
}
