import { Builder, named, opaque, place } from './build.ts';
import { comparisonOf } from './compared.ts';
import type { Expr, Language, Module } from './ir.ts';
import { asksLocal, runsLocally } from './local.ts';
import type { Node as SgNode } from './node.ts';

/** The part specific to one language: what its kinds of nodes come to. */
export interface Grammar {
  statement(w: Walk, node: SgNode): void;
  expression(w: Walk, node: SgNode): Expr;
}

/** The walk that every language's tree is taken through: statements within one another, and expressions that all of them have. */
export class Walk extends Builder {
  private readonly grammar: Grammar;

  constructor(path: string, language: Language, grammar: Grammar) {
    super(path, language);
    this.grammar = grammar;
  }

  /** The module that a file's tree is. */
  file(root: SgNode): Module {
    this.statements(root);
    return this.module;
  }

  statements(node: SgNode): void {
    for (const child of code(node)) this.statement(child);
  }

  /** One statement; a place that does not parse is read for what is in it. */
  statement(node: SgNode): void {
    this.deeper(() => {
      this.count(node);
      if (node.kind() === 'ERROR') this.statements(node);
      else if (isCode(node)) this.grammar.statement(this, node);
    });
  }

  expr(node: SgNode): Expr {
    this.count(node);
    return this.deeper(() => this.grammar.expression(this, node));
  }

  /** Notes what a number is added to: it is another one each time. */
  count(node: SgNode): void {
    const kind = String(node.kind());
    if (!counting.test(kind)) return;
    const isStep =
      /^(?:update|inc|dec)/.test(kind) ||
      (/^[+-]=$/.test(node.field('operator')?.text() ?? '') &&
        /^\d+$/.test(node.field('right')?.text() ?? ''));
    const name = node.field('left') ?? node.field('argument') ?? code(node)[0];
    if (!isStep || !name || !/^\w+$/.test(name.text())) return;
    this.scope.counters ??= new Set();
    this.scope.counters.add(name.text());
  }

  /** A statement that gives the function's value. */
  returned(node: SgNode): void {
    const [value] = code(node);
    if (!value) return;
    this.gives(this.expr(value));
  }

  /** What a function gives here, and the branch that it stands in. */
  gives(given: Expr): void {
    this.scope.returns.push(given);
    let asks = this.block.when !== undefined;
    for (let { parent } = this.block; parent?.scope === this.scope; parent = parent.parent)
      asks ||= parent.when !== undefined;
    if (asks) {
      this.scope.branches ??= new Map();
      this.scope.branches.set(given, this.block);
    }
  }

  /** A branch of its own, noted as one that runs locally where its condition says so. */
  branch(node: SgNode, inside: () => void, when?: Expr, not?: 'not'): void {
    const asked = when === undefined ? comparisonOf(node) : undefined;
    this.nested(
      () => {
        if (runsLocally(node)) this.block.local = true;
        inside();
      },
      asked ? this.name(place(node), asked.name) : when,
      asked?.not ? 'not' : not,
      asked?.equals,
    );
  }

  /** A part of a node as an expression; where the tree has none, the node is what is not known. */
  part(inner: SgNode | null | undefined, node: SgNode): Expr {
    return inner ? this.expr(inner) : opaque(node);
  }

  /** Parentheses, casts and other wraps: what stands in them. */
  wrapped(node: SgNode): Expr {
    return this.part(code(node)[0], node);
  }

  binary(node: SgNode): Expr {
    const left = node.field('left');
    const right = node.field('right');
    if (!left || !right) return opaque(node);
    const op = node.field('operator')?.text() ?? '';
    return { kind: 'binary', op, left: this.expr(left), right: this.expr(right), ...place(node) };
  }

  /** `test ? a : b`: either; the test is read for its calls. */
  conditional(node: SgNode): Expr {
    const condition = node.field('condition');
    const test = condition ? this.expr(condition) : undefined;
    const options = [node.field('consequence'), node.field('alternative')].flatMap((option) =>
      option ? [this.expr(option)] : [],
    );
    const local = condition ? asksLocal(condition.text().slice(0, 100)) : undefined;
    // What it is on somebody's own machine is not what the code is for.
    const product = local === undefined ? undefined : options[local ? 1 : 0];
    if (product && options.length === 2) return product;
    return {
      kind: 'either',
      options,
      ...(test?.kind === 'name' ? { test } : {}),
      chosen: true,
      ...place(node),
    };
  }

  index(node: SgNode, object: SgNode | null, index: SgNode | null): Expr {
    if (!object || !index) return opaque(node);
    return this.reading({
      kind: 'index',
      object: this.expr(object),
      index: this.expr(index),
      ...place(node),
    });
  }

  member(node: SgNode, object: SgNode | null, name: string): Expr {
    return this.reading({ kind: 'member', object: this.part(object, node), name, ...place(node) });
  }

  list(node: SgNode): Expr {
    return { kind: 'list', items: code(node).map((item) => this.expr(item)), ...place(node) };
  }
}

const counting =
  /^(?:update_expression|inc_statement|dec_statement|augmented_assignment(?:_expression)?|assignment_(?:statement|expression)|compound_assignment_expr)$/;

const isCode = (node: SgNode): boolean => !/comment$/.test(String(node.kind()));

/** A node's named children without comments. */
export const code = (node: SgNode): SgNode[] => named(node).filter(isCode);
