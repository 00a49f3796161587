/** Work through a list, at most `width` at a time, answers in the order of the list. The first error is thrown when all have ended. */
export async function mapPool<T, R>(
  list: readonly T[],
  width: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const answers: R[] = [];
  const errors: unknown[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < list.length) {
      const at = next;
      next += 1;
      try {
        answers[at] = await work(list[at] as T);
      } catch (error) {
        errors.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, list.length) }, worker));
  if (errors.length > 0) throw errors[0];
  return answers;
}

/** Connections to one host at a time: more of them meet its limits (ssh drops them, forges slow them down). */
export const HOST_WIDTH = 8;

/** What paths on this machine have as a host. */
export const LOCAL_HOST = 'this machine';

/** The host of a remote's URL; all paths on this machine are one. */
export function hostOf(url: string | undefined): string {
  const match = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@]*@)?([^/:]+)|^(?:[^/:@]+@)?([^/:]+):/i.exec(url ?? '');
  return (match?.[1] ?? match?.[2] ?? LOCAL_HOST).toLowerCase();
}
