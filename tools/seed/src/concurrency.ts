/**
 * Runs `work` for 0 to `count` - 1, at most `limit` at a time, each as soon as there is room. After the first failure
 * nothing new is begun; what runs is waited for, then that failure is thrown.
 */
export async function forEachIndex(
  count: number,
  limit: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const failures: unknown[] = [];
  const lane = async (): Promise<void> => {
    while (next < count && failures.length === 0) {
      try {
        await work(next++);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, count) }, lane));
  if (failures.length > 0) throw failures[0];
}
