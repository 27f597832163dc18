import { afterEach, beforeEach, expect, it } from 'vitest'
import { imageNames } from '../../../../src/images/names.ts'
import { backendReleaseNames, backendReleases } from '../../../../src/shop/backend-releases.ts'
import { TestBackend } from '../../../support/backend.ts'

let backend: TestBackend
beforeEach(async () => {
  backend = await TestBackend.start()
})
afterEach(() => backend.stop())

it('is said in the health check, in every answer and in a metric', async () => {
  expect(await (await backend.fetch('/healthz')).json()).toEqual({ healthy: true, release: '1.8.2' })
  expect((await backend.fetch('/')).headers.get('x-shop-release')).toBe('1.8.2')
  const metrics = await (await fetch(`${backend.controlUrl}/metrics`)).text()
  expect(metrics).toContain('shop_release_info{role="web",name="web-1",release="1.8.2"} 1')
})

it('is an image of its own', () => {
  const images = backendReleaseNames.map((name) => backendReleases[name])
  expect(new Set(images).size).toBe(backendReleaseNames.length)
  expect(imageNames).toEqual(expect.arrayContaining(images))
})
