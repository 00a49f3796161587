import { isProduct } from '../product.ts';
import { named } from './build.ts';
import type { Module } from './ir.ts';
import type { Node as SgNode } from './node.ts';

/**
 * Tests that stand in a file of the product: they are passed over as files of tests are, since nobody is granted what they name.
 * In a file of tests, which counts where a repository has nothing else, they are the file.
 */
export function isInlineTest({ path, imports }: Module, node: SgNode): boolean {
  switch (node.kind()) {
    // Rust
    case 'mod_item':
    case 'function_item':
    case 'impl_item':
    case 'use_declaration':
    case 'const_item':
    case 'static_item':
      return isProduct(path) && attributes(node).some(isTestAttribute);
    // Java
    case 'method_declaration': {
      const modifiers = named(node).find((child) => child.kind() === 'modifiers');
      return modifiers !== undefined && isProduct(path) && javaTest.test(modifiers.text());
    }
    // Python
    case 'class_definition':
      return /\bTestCase\b/.test(node.field('superclasses')?.text() ?? '') && isProduct(path);
    case 'function_definition':
      return (
        /^test_/.test(node.field('name')?.text() ?? '') &&
        isProduct(path) &&
        imports.some(({ from }) => /^(?:pytest|moto)\b/.test(from))
      );
    // JavaScript and TypeScript
    case 'if_statement':
      return (
        /^\(\s*import\.meta\.vitest\s*\)$/.test(node.field('condition')?.text() ?? '') && isProduct(path)
      );
    default:
      return false;
  }
}

/** Whether all of a Rust file is a test: `#![cfg(test)]` at its top. */
export const isTestFile = (path: string, root: SgNode): boolean =>
  isProduct(path) &&
  named(root).some(
    (child) => child.kind() === 'inner_attribute_item' && /^#!\[\s*cfg\(\s*test\s*\)\s*\]/.test(child.text()),
  );

const javaTest = /@(?:\w+\.)*(?:Test|ParameterizedTest|RepeatedTest)\b/;

/** `#[test]`, `#[tokio::test]`, `#[cfg(test)]`; what is there for tests and for more, `any(test, …)`, is not a test. */
function isTestAttribute(text: string): boolean {
  if (/\bnot\(\s*test\b/.test(text)) return false;
  return /^#\[\s*(?:(?:\w+::)*(?:test|rstest|test_case)\b|cfg\(\s*(?:test\s*\)|all\([^\]]*\btest\b))/.test(
    text,
  );
}

function attributes(node: SgNode): string[] {
  const found: string[] = [];
  for (let here = node.prev(); here; here = here.prev()) {
    const kind = String(here.kind());
    if (kind === 'attribute_item') found.push(here.text());
    else if (!kind.endsWith('comment')) break;
  }
  return found;
}
