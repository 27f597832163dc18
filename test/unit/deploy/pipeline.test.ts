import { expect, test } from 'vitest'
import { deploy } from '../../../src/deploy/pipeline.ts'
import { changedRelease, readRelease } from '../../../src/deploy/release.ts'
import { fakeScene } from '../../support/fake-stack.ts'

const upstreamsFile = '/etc/nginx/conf.d/upstreams.conf'

/** A release with one line changed in its upstreams. */
async function releaseOn(measures: readonly string[], change: (text: string) => string) {
  const scene = fakeScene(measures)
  const proxy = scene.stack.proxy()
  const good = await readRelease(proxy, 'good')
  const text = good.files.find(({ path }) => path === upstreamsFile)?.content?.toString() ?? ''
  return {
    scene,
    proxy,
    next: changedRelease(good, 'next', [{ path: upstreamsFile, content: Buffer.from(change(text)) }]),
  }
}

const both = ['automated-rollback', 'config-validation']

test('a release passes each gate that is on, in their order, and is what the history has then', async () => {
  const { scene, proxy, next } = await releaseOn(both, (text) => `${text}\n# next\n`)
  const { outcome, because, acts, evidence } = await deploy(scene, proxy, next, scene.hearer)
  expect(acts.map(({ measure, action }) => [measure, action])).toEqual([
    ['config-validation', 'passed'],
    ['automated-rollback', 'passed'],
  ])
  // Told is how it went live, and not what the last gate saw.
  expect([outcome, because]).toEqual(['in-force', expect.stringContaining(`serve release ${next.hash}`)])
  expect(evidence).toMatchObject({ hash: next.hash })
  expect([scene.lives, scene.releases.current?.name, scene.releases.previous?.name]).toEqual([
    1,
    'next',
    'the last good release',
  ])
})

test('the first gate that rejects it is the last: nothing is written, nothing is live', async () => {
  const { scene, proxy, next } = await releaseOn(both, (text) => text.replaceAll(':8080', ':8090'))
  const { outcome, acts } = await deploy(scene, proxy, next, scene.hearer)
  expect([outcome, acts.map(({ measure }) => measure)]).toEqual(['rejected', ['config-validation']])
  expect([scene.lives, scene.promised, scene.releases.current?.name]).toEqual([0, [], 'the last good release'])
})

test('what a later gate takes back was live, and is not what the history has', async () => {
  const { scene, proxy, next } = await releaseOn(['automated-rollback'], (text) => text.replaceAll(':8080', ':8090'))
  const { outcome, evidence } = await deploy(scene, proxy, next, scene.hearer)
  expect([outcome, scene.lives, scene.releases.current?.name]).toEqual(['rolled-back', 1, 'the last good release'])
  expect(evidence).toMatchObject({ hash: expect.any(String), health: expect.stringContaining('requests failed') })
})
