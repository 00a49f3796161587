import t from 'tap';
import type { JournalRecord } from '../../lib/change/types.ts';
import { newestFirst } from '../../lib/store/journal.ts';

t.test(
  'of two operations that began in the same second, the later step of a change set is the newer',
  async (t) => {
    const record = (verb: string, at: string) => ({ verb, at }) as JournalRecord;
    const order = (...records: JournalRecord[]) => records.sort(newestFirst).map(({ verb }) => verb);
    const [first, next] = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:01Z'];
    t.same(order(record('worktree', first), record('commit', first)), ['commit', 'worktree']);
    t.same(order(record('commit', first), record('worktree', first)), ['commit', 'worktree']);
    t.same(order(record('pr', first), record('worktree', next)), ['worktree', 'pr'], 'else the date decides');
  },
);
