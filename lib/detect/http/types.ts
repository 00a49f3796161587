import type { JsonValue } from '../../json.ts';
import type { Evaluator } from '../evaluate/evaluator.ts';
import type { Module } from '../syntax/ir.ts';
import type { Unresolved } from '../types.ts';

/** A route that code answers, as one place registers it. */
export interface Route {
  /** In upper case: `GET`; `*` for every method. */
  method: string;
  /**
   * As OpenAPI writes it: `/invoices/{id}`. `{rest*}` stands for any text with any number of slashes, also none. Begins with a
   * slash, and has no query.
   */
  template: string;
  /** Path of the file, from the repository's root. */
  path: string;
  /** 1-based: where the method and path are registered. */
  line: number;
  /** How it was read, for a person: `app.get(…)`, `@GetMapping`. */
  how: string;
  /** JSON Schemas of what the code declares; absent where nothing is declared or the declaration was not read. */
  query?: Record<string, { schema: JsonValue; required: boolean }>;
  body?: { schema: JsonValue; required: boolean };
  /** By status: `200`, `2XX`, `default`. */
  responses?: Record<string, JsonValue>;
}

/** A request that code makes of somebody's HTTP interface. */
export interface HttpCall {
  /** In upper case; `*` where a generated client's function is called, of which only the operation is known. */
  method: string;
  /**
   * `/invoices/{}`: `{}` stands for text without a slash that is only known at run time, `{*}` for any text. Begins with a slash;
   * without what `base` says.
   */
  template: string;
  /**
   * What stands before the path: `https://billing.example.com/v1`, or the name of what holds it, as `${BILLING_URL}`; `null`
   * where there is none.
   */
  base: string | null;
  /** The `operationId`, where a function of a generated client is called; then `template` is `/{*}`. */
  operation?: string;
  /** Names of query parameters that are sent. */
  query?: string[];
  /** Properties of the request's body, by dotted path: `lines.*.sku` (`*` for each item of a list). */
  sends?: string[];
  /**
   * What is known completely: of the query and the body, that whatever is not listed is not sent; of the response, that nothing
   * else of it is read, because it goes nowhere else.
   */
  whole?: ('query' | 'body' | 'response')[];
  /** Properties of a successful response that the code reads, by dotted path from the body. */
  reads?: string[];
  path: string;
  line: number;
  how: string;
}

/** All modules that are read together, and what evaluates their expressions. */
export interface Program {
  modules: readonly Module[];
  e: Evaluator;
  /** The text of one of the modules' files. */
  text(path: string): string;
}

export interface Found<T> {
  found: T[];
  /** What looks like a route or a call and could not be read. */
  unresolved: Unresolved[];
}

/** Reads the routes of one framework. */
export type RouteReader = (program: Program) => Found<Route> | Promise<Found<Route>>;

/** Reads the calls of one client library. */
export type CallReader = (program: Program) => Found<HttpCall> | Promise<Found<HttpCall>>;
