import { expect, test } from 'vitest'
import { deviations, reviewOf } from '../../../src/deploy/review.ts'
import type { Release } from '../../../src/stack/release.ts'
import { brokenScene } from '../../support/broken-scene.ts'
import { fakeStack } from '../../support/fake-stack.ts'

const release = (files: Record<string, string>): Release => ({
  name: 'r',
  hash: 'h',
  layout: { config: '/etc/nginx/nginx.conf' },
  files: Object.entries(files).map(([path, text]) => ({ path: `/etc/nginx/${path}`, content: Buffer.from(text) })),
})
const reviewed = release({ 'conf.d/a.conf': 'one;\ntwo;\n', 'conf.d/b.conf': 'x;\n' })

test.each<[string, Record<string, string>, unknown[]]>([
  ['the same', { 'conf.d/a.conf': 'one;\ntwo;\n', 'conf.d/b.conf': 'x;' }, []],
  [
    'changed',
    { 'conf.d/a.conf': 'one;\nTWO;\n', 'conf.d/b.conf': 'x;\n' },
    [
      { place: 'conf.d/a.conf:2', sign: '+', line: 'TWO;' },
      { place: 'conf.d/a.conf', sign: '-', line: 'two;' },
    ],
  ],
  ['a file is gone', { 'conf.d/a.conf': 'one;\ntwo;\n' }, [{ place: 'conf.d/b.conf', sign: '-', line: 'x;' }]],
  [
    'a file is new',
    { 'conf.d/a.conf': 'one;\ntwo;\n', 'conf.d/b.conf': 'x;\n', 'conf.d/c.conf': 'y;' },
    [{ place: 'conf.d/c.conf:1', sign: '+', line: 'y;' }],
  ],
  [
    'turned round',
    { 'conf.d/a.conf': 'two;\none;\n', 'conf.d/b.conf': 'x;\n' },
    [{ place: 'conf.d/a.conf', sign: '+', line: 'the same lines, otherwise put' }],
  ],
])('%s', (_, files, found) => {
  expect(deviations(reviewed, release(files))).toEqual(found)
})

test('a proxy that was left alone is as reviewed; one with an update is not', async () => {
  const stack = fakeStack()
  expect((await reviewOf(stack, stack.proxy())).deviations).toEqual([])
  const { stack: broken } = await brokenScene()
  const { deviations: found } = await reviewOf(broken, broken.proxy())
  expect(found.map(({ place }) => place)).toContain('conf.d/upstreams.conf:4')
})
