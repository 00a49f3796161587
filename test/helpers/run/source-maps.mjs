// tsx leaves `sourcesContent: [null]` in its source maps, which the coverage report takes for an empty source.
// Without the member the report reads the file instead.

import module, { syncBuiltinESMExports } from 'node:module';

const find = module.findSourceMap;
module.findSourceMap = (path, error) => {
  const map = find(path, error);
  if (map?.payload?.sourcesContent?.includes(null) !== true) return map;
  const { sourcesContent, ...payload } = map.payload;
  return { payload, lineLengths: map.lineLengths, findEntry: map.findEntry.bind(map) };
};
syncBuiltinESMExports();
