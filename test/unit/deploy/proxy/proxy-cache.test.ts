import { expect, test } from 'vitest'
import { cachedPaths, cacheEntries, cacheFolder, urlOfKey } from '../../../../src/deploy/proxy/proxy-cache.ts'
import { type FakeStack, fakeStack } from '../../../support/fake-stack.ts'

test.each([
  ['GET/api/products?page=2', '/api/products?page=2'],
  ['httpapi/api/products', '/api/products'],
  ['https://shop.example/api', '/api'],
  ['GET /a', '/a'],
  ['/', '/'],
])('the path of the key %s is %s', (key, url) => {
  expect(urlOfKey(key)).toBe(url)
})

function stackThatSays(output: string): FakeStack {
  const stack = fakeStack()
  stack.service('proxy').exec = () => Promise.resolve({ code: 0, output })
  return stack
}

test('what the files of a cache hold is read from their keys', async () => {
  const stack = stackThatSays(
    '/proc/1/root/tmp/c/6/40/dbe6:KEY: GET/a\n/proc/1/root/tmp/c/f/d9/4a8f:KEY: GET/b?x=1\nBinary file matches\n',
  )
  expect(await cacheEntries(stack, stack.service('proxy'), '/tmp/c')).toEqual([
    { file: '/tmp/c/6/40/dbe6', url: '/a' },
    { file: '/tmp/c/f/d9/4a8f', url: '/b?x=1' },
  ])
})

test('where a cache lies is read from the configuration, and a proxy may have none', async () => {
  expect(await cacheFolder(stackThatSays('  proxy_cache_path /tmp/c levels=1:2;').service('proxy'))).toBe('/tmp/c')
  expect(
    await cacheFolder(stackThatSays('# proxy_cache_path /tmp/c;\nworker_processes 1;').service('proxy')),
  ).toBeUndefined()
})

test('paths that were asked for are read from the access log', async () => {
  const stack = stackThatSays('/\n/api/products\n\n')
  expect(await cachedPaths(stack, stack.service('proxy'))).toEqual(['/', '/api/products'])
})
