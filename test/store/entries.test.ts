import t from 'tap';
import { Entries } from '../../lib/store/entries.ts';
import { fc } from '../helpers/values/properties.ts';

t.test('a copy has its changes, and what it was made from stays as it is', async (t) => {
  const path = fc.nat(150).map(String);
  const step = fc.array(fc.tuple(path, fc.option(fc.nat(9))), { maxLength: 40 });
  fc.assert(
    fc.property(fc.array(path), fc.array(step, { maxLength: 8 }), fc.boolean(), (start, steps, improves) => {
      const first = new Map(start.map((name) => [name, 0]));
      const made = [{ plain: new Map(first), entries: new Entries(new Map(first)) }];
      for (const changes of steps) {
        const last = made.at(-1);
        if (last === undefined) return;
        const plain = new Map(last.plain);
        for (const [name, value] of changes)
          if (value === null) plain.delete(name);
          else plain.set(name, value);
        if (improves) for (const [name, value] of last.plain) last.entries.improve(name, value);
        made.push({ plain, entries: last.entries.with(new Map(changes)) });
      }
      for (const { plain, entries } of made) {
        t.same(new Map(entries.entries()), plain);
        t.same(new Set(entries.keys()), new Set(plain.keys()));
        t.equal(entries.size, plain.size);
        t.ok([...Array(151).keys()].every((n) => entries.get(`${n}`) === plain.get(`${n}`)));
        t.ok([...Array(151).keys()].every((n) => entries.has(`${n}`) === plain.has(`${n}`)));
      }
    }),
    { numRuns: 100 },
  );
});
