/**
 * Waits for work, but no longer than a time.
 *
 * @param work What is waited for; what it rejects with is thrown, if it does in time.
 * @param ms The longest wait, in ms.
 */
export async function within(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<void>((resolve) => timer = setTimeout(resolve, ms));
  try {
    await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
