import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { summarizedRun } from '../testing/summarized.ts';
import { caveats } from './caveats.ts';
import { conclusions } from './conclusions.ts';
import { markdownText } from './markdown-text.ts';
import { renderPost } from './post.ts';

const run = summarizedRun('first', { trials: '4' });
const charts = [{ name: 'max-clients', title: 'Max clients', alt: 'Two bars [a|b]:\nasync is "longer"' }];
const post = renderPost([run], charts);
const headsOf = (text: string) => text.split('\n').filter((line) => line.startsWith('## '));

describe('the draft of a post', () => {
  test('has no title and no front matter, and its parts in order', () => {
    assert.ok(post.startsWith('## The question\n'));
    assert.deepEqual(
      headsOf(post).map((line) => line.slice(3)),
      [
        ...['The question', 'The set-up', 'What was measured', 'Charts', 'What the trials show'],
        ...['What to keep in mind', 'How each figure was measured', 'How to repeat it'],
      ],
    );
    assert.doesNotMatch(post, /\n\n\n|undefined|NaN/);
  });

  test('has charts as PNG, with a text that needs no escape', () => {
    assert.ok(post.includes('![Two bars (ab): async is longer](charts/max-clients.png)'));
    assert.match(post, /<!-- PNG, because dev\.to takes no SVG\./);
    assert.ok(!headsOf(renderPost([run], [])).includes('## Charts'));
  });

  test('has the conclusions of the run, and its caveats', () => {
    for (const { sentence } of conclusions(run.summary))
      assert.ok(post.includes(`- ${markdownText(sentence)}\n`), sentence);
    for (const line of caveats(run)) assert.ok(post.includes(`- ${markdownText(line)}\n`), line);
  });

  test('says how to repeat it, at the commit of the run', () => {
    assert.match(
      post,
      /```sh\ngit checkout 0123456789ab\nnpm run bench:compare -- --profile smoke --trials 4 --seed 7 .*\n```\n$/,
    );
  });

  test('of several runs has one table, and says how else they differ', () => {
    const second = summarizedRun('second', { trials: '4', profile: 'quick' });
    const text = renderPost([run, second], charts);
    assert.equal(text.match(/^\| :-/gm)?.length, 1);
    assert.match(text, /- The runs used different profiles/);
    assert.equal(text.match(/^- Node 26/gm)?.length, 1, 'a line of both stands once');
    assert.equal(text.match(/npm run bench:compare/g)?.length, 2);
    assert.doesNotMatch(renderPost([run, { ...run, label: 'again' }], charts), /The runs used/);
  });

  test('of several runs asks the question of each', () => {
    const [often, seldom] = ['250', '4000'].map((intervalMs) => summarizedRun(intervalMs, { intervalMs }));
    assert.ok(often !== undefined && seldom !== undefined);
    assert.match(
      renderPost([often, seldom, often], []),
      /to read and parse one message every 250 ms \(10,240 bytes of JSON\), or one message every 4 s \(10,240 bytes of JSON\) from every client\?/,
    );
  });

  test('describes servers by the record of each run, even those that this tree lacks', () => {
    const { summary, ...run } = summarizedRun('a');
    const changed = { ...run, summary, servers: { blocking: 'as it was', async: 'one event loop' } };
    const lacking = {
      label: 'b',
      summary: JSON.parse(JSON.stringify(summary).replaceAll('"async"', '"rust-2"')),
      servers: { ...run.servers, rust: 'in Rust' },
    };
    const lines = renderPost([changed, lacking], [])
      .split('\n')
      .filter((line) => /^- [\w-]+: /.test(line));
    assert.deepEqual(lines.slice(0, 4), [
      '- blocking: as it was.',
      '- async: one event loop.',
      '- blocking: one thread per connection, asleep in read(2).',
      '- rust-2: in Rust.',
    ]);
  });

  test('is complete for one contender in one trial', () => {
    const text = renderPost([summarizedRun('a', { contenders: 'async', only: 'memory' })], []);
    assert.ok(!headsOf(text).includes('## What the trials show'));
    assert.match(text, /- One trial: /);
    assert.doesNotMatch(text, /\n\n\n|undefined|NaN|- blocking:/);
  });
});
