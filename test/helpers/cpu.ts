/** Milliseconds of processor time that a call takes: what is bounded is work, whoever else keeps the machine busy. */
export function cpuMs(run: () => unknown): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
