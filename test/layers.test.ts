import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseSync } from 'vite';
import { describe, expect, test } from 'vitest';

/**
 * Which parts each part may import; a file's own folder is always allowed. `type x` allows type-only imports of x; a
 * path with a file's name allows that file alone. A new folder needs a line here.
 */
const MAY_IMPORT: Record<string, readonly string[]> = {
  'src/errors.ts': [],
  'src/retry.ts': [],
  'src/gpu': ['src/errors.ts'],
  'src/gguf': ['src/errors.ts'],
  'src/kernels': ['src/errors.ts', 'src/gpu', 'src/gguf'],
  'src/weights': ['src/errors.ts', 'src/retry.ts', 'type src/gguf'],
  'src/tokenizer': ['src/errors.ts', 'type src/gguf'],
  'src/grammar': ['src/errors.ts', 'type src/gguf'],
  'src/model': ['src/errors.ts', 'src/gpu', 'src/kernels', 'src/gguf', 'type src/weights'],
  'src/sampler': ['src/errors.ts', 'src/gpu', 'src/kernels', 'src/gguf', 'type src/weights'],
  'src/engine': [
    'src/errors.ts',
    'src/gpu',
    'src/gguf',
    'src/weights',
    'src/tokenizer',
    'src/grammar',
    'src/model',
    'src/sampler',
  ],
  'src/chat': ['src/errors.ts', 'type src/engine/engine.ts'],
  'src/openai': ['src/errors.ts', 'src/retry.ts', 'type src/engine/engine.ts', 'src/chat'],
  'src/worker': [
    'src/errors.ts',
    'src/gpu',
    'src/gguf',
    'src/weights',
    'src/engine',
    'src/openai',
    'src/catalogue.json',
    'package.json',
  ],
  'src/service-worker': [
    'src/errors.ts',
    'src/openai/error-response.ts',
    'src/worker/http-port.ts',
    'src/worker/life.ts',
    'src/worker/v1.ts',
  ],
  'src/ingle.ts': [
    'src/errors.ts',
    'src/engine/or-aborted.ts',
    'type src/engine/mlc/mlc-record.ts',
    'type src/openai/upstream/upstream-options.ts',
    'src/worker',
    'src/service-worker',
  ],
  'src/index.ts': [
    'src/errors.ts',
    'src/ingle.ts',
    'type src/engine/engine.ts',
    'type src/engine/mlc/mlc-record.ts',
    'type src/openai/upstream/upstream-options.ts',
    'type src/weights',
    'type src/worker',
    'type src/service-worker',
  ],
  demo: ['src/index.ts'],
};

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

const ROOT = resolve(import.meta.dirname, '..');

/** What `source` imports by relative paths, types, workers and dynamic imports included. */
function importsOf(from: string, source: string): Import[] {
  const { staticImports, staticExports } = parseSync(from, source).module;
  const found = [
    ...staticImports.map(({ moduleRequest, entries }) => ({
      specifier: moduleRequest.value,
      // `import './x.ts'` has no entries and is no type.
      typeOnly: entries.length > 0 && entries.every(entry => entry.isType),
    })),
    ...staticExports.flatMap(({ entries }) =>
      entries.map(({ moduleRequest, isType }) => ({ specifier: moduleRequest?.value ?? '', typeOnly: isType })),
    ),
    // import('./x.ts'), as a value or a type, and new URL('./x.ts', import.meta.url), as workers are named.
    ...[...source.matchAll(/\b(?:import|new URL)\(\s*['"]([^'"]+)['"]/g)].map(([, specifier = '']) => ({
      specifier,
      typeOnly: false,
    })),
  ];
  return found
    .filter(({ specifier }) => specifier.startsWith('.'))
    .map(({ specifier, typeOnly }) => {
      const path = specifier.replace(/\?.*$/, '');
      return { from, to: join(dirname(from), path).replaceAll('\\', '/'), typeOnly };
    });
}

/** The line of the table that a file falls under. */
function partOf(file: string): string | undefined {
  return Object.keys(MAY_IMPORT).find(part => file === part || file.startsWith(`${part}/`));
}

function isAllowed({ from, to, typeOnly }: Import): boolean {
  const part = partOf(from);
  if (part === undefined) return false;
  const covers = (allowed: string) => to === allowed || to.startsWith(`${allowed}/`);
  return (
    covers(part) ||
    (MAY_IMPORT[part] ?? []).some(line => (line.startsWith('type ') ? typeOnly && covers(line.slice(5)) : covers(line)))
  );
}

function describeImport({ from, to, typeOnly }: Import): string {
  return `${from} imports ${typeOnly ? 'types of ' : ''}${to}`;
}

/** Each circle once, as the files along it. */
function circles(imports: readonly Import[]): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const start = path.indexOf(file);
    if (start >= 0) found.push([...path.slice(start), file].join(' → '));
    if (start >= 0 || done.has(file)) return;
    for (const { from, to } of imports) if (from === file) visit(to, [...path, file]);
    done.add(file);
  };
  for (const { from } of imports) visit(from, []);
  return found;
}

function sourceFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /\.ts$/.test(entry.name) && !/\.test\.ts$/.test(entry.name))
    .map(entry => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
}

describe('the layers of src and demo', () => {
  const files = [...sourceFiles('src'), ...sourceFiles('demo')];
  const imports = files.flatMap(file => importsOf(file, readFileSync(join(ROOT, file), 'utf8')));

  test('every file stands on a floor', () => {
    expect(files.filter(file => partOf(file) === undefined)).toEqual([]);
  });

  test('no import goes up or sideways', () => {
    expect(imports.filter(found => !isAllowed(found)).map(describeImport)).toEqual([]);
  });

  test('no imports run in a circle', () => {
    expect(circles(imports)).toEqual([]);
  });
});

describe('the check itself', () => {
  const broken = (from: string, source: string) =>
    importsOf(from, source)
      .filter(found => !isAllowed(found))
      .map(describeImport);

  test('finds imports that go up, in whatever form', () => {
    const up = ['src/gpu/a.ts imports src/model/b.ts'];
    expect(broken('src/gpu/a.ts', `import { b } from '../model/b.ts';`)).toEqual(up);
    expect(broken('src/gpu/a.ts', `import '../model/b.ts';`)).toEqual(up);
    expect(broken('src/gpu/a.ts', `export * from '../model/b.ts';`)).toEqual(up);
    expect(broken('src/gpu/a.ts', `const b = await import('../model/b.ts');`)).toEqual(up);
    expect(broken('src/gpu/a.ts', `new Worker(new URL('../model/b.ts', import.meta.url));`)).toEqual(up);
  });

  test('lets types pass where the table says so, and values not', () => {
    expect(broken('src/chat/a.ts', `import type { Engine } from '../engine/engine.ts';`)).toEqual([]);
    expect(broken('src/chat/a.ts', `import { type Engine, run } from '../engine/engine.ts';`)).toHaveLength(1);
    expect(broken('src/chat/a.ts', `import type { Native } from '../engine/native/native.ts';`)).toEqual([
      'src/chat/a.ts imports types of src/engine/native/native.ts',
    ]);
  });

  test('finds circles', () => {
    const circular = ['a>b', 'b>c', 'c>b'].map(pair => ({ from: pair.charAt(0), to: pair.charAt(2), typeOnly: true }));
    expect(circles(circular)).toEqual(['b → c → b']);
  });
});
