import { type Opinion, opinionsUnder } from '../../compat/schema/instance.ts';
import type { JsonObject, JsonValue } from '../../json.ts';
import type { Chart, Crd, CrdVersion } from './interface.ts';
import { valuesSchema } from './shape.ts';
import { structural } from './structural.ts';

const DRAFT = 'https://json-schema.org/draft/2020-12/schema';

/** A custom resource as uses are judged by it. */
export interface Served {
  version: CrdVersion;
  /** Its schema, closed. */
  table: JsonObject;
  opinion(value: JsonValue): Opinion;
}

/** A chart with what is worked out of it once, however many uses are judged. */
export class Offer {
  private schema: JsonValue | undefined;
  private judge: ((value: JsonValue) => Opinion) | undefined;
  private readonly served = new Map<CrdVersion, Served>();

  constructor(readonly chart: Chart) {}

  /** What may be given to it. */
  get values(): JsonValue {
    this.schema ??= valuesSchema(this.chart);
    return this.schema;
  }

  /** Are these final values valid under the chart's schema? */
  opinion(values: JsonObject): Opinion {
    this.judge ??= opinionsUnder(this.chart.schema);
    return this.judge(values);
  }

  /** A version of a resource, if it is served. */
  resource({ versions, preserves }: Crd, name: string): Served | undefined {
    const version = versions.find((own) => own.name === name && own.served);
    if (version === undefined) return undefined;
    const known = this.served.get(version);
    if (known !== undefined) return known;
    const table = structural(version.schema, preserves);
    const made = { version, table, opinion: opinionsUnder({ $schema: DRAFT, ...table }) };
    this.served.set(version, made);
    return made;
  }
}
