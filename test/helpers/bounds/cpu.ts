/**
 * Milliseconds of processor time since the call, as they would be where nobody else keeps the machine busy: what is bounded is work. The
 * same fixed work, measured at both ends, tells how fast this processor is now.
 */
export function stopwatch(): () => number {
  const before = pace();
  const start = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000 / Math.max(1, before, pace());
  };
}

/** The same for one call. */
export function cpuMs(run: () => unknown): number {
  const took = stopwatch();
  run();
  return took();
}

/** What the fixed work costs on an idle machine of two cores. */
const USUAL_MS = 30;

/** How many times as long as there it takes here and now. */
function pace(): number {
  const { user, system } = process.cpuUsage();
  const texts: string[] = [];
  for (let hash = 1, n = 0; n < 60_000; n += 1) {
    hash = (Math.imul(hash, 31) + n) | 0;
    texts.push(String(hash));
  }
  texts.sort();
  const now = process.cpuUsage();
  return (now.user + now.system - user - system) / 1000 / USUAL_MS;
}
