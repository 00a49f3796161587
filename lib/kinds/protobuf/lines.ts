import { token } from './model/tree.ts';
import { parseProto } from './parse/parser.ts';
import { newSteps } from './parse/tokens.ts';
import type { ProtoFile, ProtoMessage, Scope } from './parse/types.ts';

/** The 1-based line of each part of a `.proto` file by its pointer: `/api~1invoice.proto/Invoice/total`; nothing where it does not parse. */
export function protobufLines(path: string, text: string): Map<string, number> {
  const lines = new Map<string, number>();
  try {
    const file = parseProto(path, text, newSteps());
    const at = `/${token(path)}`;
    lines.set(at, 1);
    ofFile(lines, file, at);
    ofScope(lines, file, at);
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof RangeError)) throw error;
  }
  return lines;
}

function ofFile(lines: Map<string, number>, { options, services }: ProtoFile, at: string): void {
  for (const { name, line } of options) lines.set(`${at}/${name}`, line);
  for (const { name, line, methods } of services) {
    lines.set(`${at}/${name}`, line);
    for (const method of methods) lines.set(`${at}/${name}/${method.name}`, method.line);
  }
}

function ofScope(lines: Map<string, number>, scope: Scope, at: string): void {
  for (const { fields } of scope.extends)
    for (const { name, line } of fields) lines.set(`${at}/${name}`, line);
  for (const { name, line, values } of scope.enums) {
    lines.set(`${at}/${name}`, line);
    for (const value of values) lines.set(`${at}/${name}/${value.name}`, value.line);
  }
  for (const message of scope.messages) ofMessage(lines, message, `${at}/${message.name}`);
}

function ofMessage(lines: Map<string, number>, message: ProtoMessage, at: string): void {
  lines.set(at, message.line);
  for (const { name, line } of [...message.oneofs, ...message.fields]) lines.set(`${at}/${name}`, line);
  ofScope(lines, message, at);
}
