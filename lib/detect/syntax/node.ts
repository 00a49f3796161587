import type { SgNode } from '@ast-grep/napi';

/** Texts from this length on keep the one alive that they were cut from: V8 copies shorter ones. */
const CUT_FROM = 13;

/**
 * One node of a syntax tree. Each question to the parser costs microseconds, and a file has ten thousands of nodes: what a
 * walk asks several times is asked of the parser once.
 */
export class Node {
  private readonly node: SgNode;
  private readonly source: string;
  private ownKind: string | undefined;
  private ownRange: ReturnType<SgNode['range']> | undefined;
  private ownNamed: Node[] | undefined;

  constructor(node: SgNode, source: string) {
    this.node = node;
    this.source = source;
  }

  kind(): string {
    this.ownKind ??= String(this.node.kind());
    return this.ownKind;
  }

  /** Lines and columns from 0; `index` counts from the start of the file. */
  range(): ReturnType<SgNode['range']> {
    this.ownRange ??= this.node.range();
    return this.ownRange;
  }

  text(): string {
    const { start, end } = this.range();
    const length = end.index - start.index;
    return length < CUT_FROM ? this.source.slice(start.index, end.index) : this.node.text();
  }

  /** The same for the same place of the tree. */
  id(): number {
    return this.node.id();
  }

  isNamed(): boolean {
    return this.node.isNamed();
  }

  children(): Node[] {
    return this.node.children().map((child) => new Node(child, this.source));
  }

  /** The children without punctuation and keywords. */
  named(): readonly Node[] {
    this.ownNamed ??= this.node.namedChildren().map((child) => new Node(child, this.source));
    return this.ownNamed;
  }

  field(name: string): Node | null {
    return this.around(this.node.field(name));
  }

  parent(): Node | null {
    return this.around(this.node.parent());
  }

  prev(): Node | null {
    return this.around(this.node.prev());
  }

  /** The first node of that kind in this one, itself included. */
  find(kind: string): Node | null {
    return this.around(this.node.find({ rule: { kind } }));
  }

  /** All nodes of these kinds, in their order. */
  findAll(kinds: readonly string[]): Node[] {
    const rule = { any: kinds.map((kind) => ({ kind })) };
    return this.node.findAll({ rule }).map((found) => new Node(found, this.source));
  }

  /** All nodes in which text like this stands, themselves included. */
  findText(regex: string): Node[] {
    return this.node.findAll({ rule: { regex } }).map((found) => new Node(found, this.source));
  }

  private around(node: SgNode | null): Node | null {
    return node && new Node(node, this.source);
  }
}
