import { expect, test } from 'vitest';
import { StopStrings } from './stop-strings.ts';

/** What comes out of a stream that is cut into these pieces. */
function play(stops: string[], pieces: string[]): { text: string; stopped: boolean } {
  const filter = new StopStrings(stops);
  let text = '';
  for (const piece of pieces) {
    const result = filter.push(piece);
    text += result.text;
    if (result.stopped) return { text, stopped: true };
  }
  return { text: text + filter.flush(), stopped: false };
}

test.each([
  { stops: ['END'], whole: 'one END two', text: 'one ', stopped: true },
  { stops: ['END'], whole: 'one EN', text: 'one EN', stopped: false },
  { stops: ['aab'], whole: 'aaab!', text: 'a', stopped: true },
  { stops: ['\n\n', '.'], whole: 'a\n\nb.', text: 'a', stopped: true },
  { stops: ['abcd', 'bc'], whole: 'xabce', text: 'xa', stopped: true },
  { stops: ['é'], whole: 'cafés', text: 'caf', stopped: true },
  { stops: [], whole: 'all of it', text: 'all of it', stopped: false },
])('$stops in $whole, however it is cut', ({ stops, whole, text, stopped }) => {
  for (let size = 1; size <= whole.length; size++) {
    const pieces = Array.from({ length: Math.ceil(whole.length / size) }, (_, i) =>
      whole.slice(i * size, (i + 1) * size),
    );
    expect(play(stops, pieces), `in pieces of ${size}`).toEqual({ text, stopped });
  }
});

test('nothing is held back that cannot begin a stop string', () => {
  const filter = new StopStrings(['END']);
  expect(filter.push('an E')).toEqual({ text: 'an ', stopped: false });
  expect(filter.push('x')).toEqual({ text: 'Ex', stopped: false });
});
