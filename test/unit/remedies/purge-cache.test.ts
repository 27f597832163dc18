import { beforeEach, describe, expect, test } from 'vitest'
import { FakeCache, putCache } from '../../support/fake-cache.ts'
import { type FakeScene, fakeScene } from '../../support/fake-stack.ts'
import { remedyFor } from '../../support/made-kinds.ts'

type What = 'all' | { url: string } | { prefix: string }
const purge = (what: What) => remedyFor({ kind: 'purge-cache', service: 'proxy', what })
const pages = ['/', '/api/products', '/api/products/7']

describe('a purge of a cache that keeps the errors of an outage', () => {
  let scene: FakeScene
  let cache: FakeCache
  const statuses = () => pages.map((page) => cache.answer(page).status)

  beforeEach(() => {
    scene = fakeScene()
    cache = putCache(scene.stack, new FakeCache())
    const { server } = cache
    cache.answer('/')
    cache.server = null
    for (const page of pages.slice(1)) cache.answer(page)
    cache.server = server
    expect(statuses()).toEqual([200, 502, 502])
  })

  test('removes all: the files, and what is in memory, which no file names', async () => {
    const { ok, changed, because } = await purge('all').apply(scene)
    expect([ok, changed, because]).toEqual([true, true, expect.stringMatching(/^1 files removed, and Nginx restarted/)])
    expect(statuses()).toEqual([200, 200, 200])
  })

  test('is not done as long as a good page is the copy from before', async () => {
    cache.stubborn = true
    cache.files.set('/', { status: 200, body: 'of yesterday', dateMs: Date.now() - 86_400_000 })
    const { ok, because } = await purge('all').apply(scene)
    expect([ok, because]).toEqual([false, expect.stringContaining('still from the cache: /: 200 HIT')])
  })

  test('removes one URL, and that one only', async () => {
    const { ok, because } = await purge({ url: '/api/products' }).apply(scene)
    expect([ok, because]).toEqual([true, expect.stringContaining('1 pages of /api/products fetched anew')])
    expect(statuses()).toEqual([200, 200, 502])
  })

  test('removes a prefix, found in the files and in the access log', async () => {
    const { ok, evidence } = await purge({ prefix: '/api/' }).apply(scene)
    expect([ok, evidence['pages']]).toEqual([true, ['/api/products', '/api/products/7']])
    expect(statuses()).toEqual([200, 200, 200])
  })

  test('removes good copies too: the next answer is a new one', async () => {
    cache.server = (path) => `newer ${path}`
    expect(cache.answer('/').body).toBe('now /')
    expect((await purge({ url: '/' }).apply(scene)).evidence['files']).toBe(1)
    expect(cache.answer('/').body).toBe('newer /')
  })

  test('fails when the error is still in the cache: nobody answers yet', async () => {
    cache.server = null
    const { ok, because } = await purge({ prefix: '/api/' }).apply(scene)
    expect([ok, because]).toEqual([false, expect.stringContaining('still from the cache: /api/products: 502 HIT')])
  })

  test('fails when what is in memory cannot be replaced', async () => {
    cache.refreshes = false
    const { ok, because } = await purge({ url: '/api/products' }).apply(scene)
    expect([ok, because]).toEqual([false, expect.stringContaining('still from the cache')])
  })

  test('fetches a page once more whose error was put back by a user that was answered with it meanwhile', async () => {
    cache.putBack = 1
    const { ok, because } = await purge({ prefix: '/api/' }).apply(scene)
    expect([ok, because]).toEqual([true, expect.stringContaining('2 pages of /api/… fetched anew (1 of them again)')])
    expect(statuses()).toEqual([200, 200, 200])
  })

  test('gives up after three fetches of a page', async () => {
    cache.putBack = 9
    const { ok, because } = await purge({ url: '/api/products' }).apply(scene)
    expect([ok, because]).toEqual([false, expect.stringContaining('still from the cache: /api/products: 502 HIT')])
    expect(cache.putBack).toBe(9 - 3)
  })

  test('of what nobody has asked for changes nothing, and says so', async () => {
    expect(await purge({ prefix: '/nowhere/' }).apply(scene)).toMatchObject({ ok: false, changed: false })
  })

  test('needs no way back: what it removes are copies', async () => {
    await purge('all').apply(scene)
    await purge({ prefix: '/' }).apply(scene)
    expect(scene.promised).toEqual([])
  })
})

test('a proxy without a cache has none to purge', async () => {
  const outcome = await purge('all').apply(fakeScene())
  expect(outcome).toMatchObject({ ok: false, changed: false, because: 'proxy has no cache' })
})
