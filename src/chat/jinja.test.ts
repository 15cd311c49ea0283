import { expect, test } from 'vitest';
import { compileTemplate } from './template.ts';

const render = (source: string, variables: Record<string, unknown> = {}) => compileTemplate(source).render(variables);

test.each<[string, string, string]>([
  ['a key that is not there', '{{ {"a": "b"}[x.type] is defined }}{{ {"a": "b"}[[1]] is defined }}', 'falsefalse'],
  ['a text several times', "{{ 'ab' * 3 }}{{ 'ab' * 0 }}", 'ababab'],
  ['nothing as text', '[{{ none | string }}{{ x.y | string }}]', '[None]'],
  ['an empty text in place of nothing', '[{{ x.y | trim }}]', '[]'],
  ['pairs', '{% for a, b in [(1, 2)] %}{{ a + b }}{% endfor %}', '3'],
  ['methods before keys', "{% for key, value in x.items() %}{{ key }}{{ x['items'] }}{% endfor %}", 'itemsof its own'],
])('%s', (_, source, expected) => {
  expect(render(source, { x: { items: 'of its own' } })).toBe(expected);
});

test('a text is not repeated beyond all bounds', () => {
  expect(() => render("{{ 'ab' * 100000000 }}")).toThrow('repeats');
});
