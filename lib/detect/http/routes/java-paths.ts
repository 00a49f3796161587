import { templatesOf } from '../templates.ts';
import { OPEN } from './typed-routers.ts';

/**
 * The templates of a path as Spring and JAX-RS write it: `{id:\\d+}`, `{*rest}`, `/**`. A setting in it, `${api.base:/v1}`, is what it
 * is by default; one without a default is open. Spring's expressions match within one segment, those of JAX-RS in several.
 */
export function javaTemplates(path: string | undefined, by: 'spring' | 'jax-rs' = 'spring'): string[] {
  if (path === undefined) return [OPEN];
  const settled = path.replace(
    /\$\{[^{}:]*(?::([^{}]*))?\}/g,
    (_, otherwise: string | undefined) => otherwise ?? OPEN,
  );
  if (settled.includes(OPEN)) return [OPEN];
  const written = settled.replace(/\*\*/g, '{rest...}').replace(/(?<=\/)\*(?=\/|$)/g, '{any}');
  const plain = by === 'spring' ? written.replace(/\{(\w+)\s*:\s*\.[*+]\}/g, '{$1}') : written;
  return templatesOf(plain, 'brace') ?? [OPEN];
}
