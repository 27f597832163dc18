import { afterEach, beforeEach, expect, test } from 'vitest'
import { builtPrefix, findOurs, nameOf, removeThings } from '../../../src/engine/ours.ts'
import { type FakeEngine, fakeEngine } from '../../support/fake-engine.ts'

let engine: FakeEngine
beforeEach(async () => {
  engine = await fakeEngine()
})
afterEach(() => engine.close())

const labels = { badgateway: 'r1' }

test('an image that was built for a run is ours, one made of a container of ours is its maker’s', async () => {
  engine.images.set(`${builtPrefix}r1-api:latest`, { labels })
  engine.images.set('theirs/committed:latest', { labels })
  const found = await findOurs(engine.docker, 'r1')
  expect(found.map(nameOf)).toEqual([`image ${builtPrefix}r1-api:latest`])
  expect((await removeThings(engine.docker, found)).left).toEqual([])
  expect([...engine.images.keys()]).toEqual(['theirs/committed:latest'])
})

test('an image goes after the containers that stand on it', async () => {
  engine.images.set(`${builtPrefix}r1-api:latest`, { labels })
  engine.addContainer('c1', labels)
  await removeThings(engine.docker, await findOurs(engine.docker, 'r1'))
  expect(engine.changes).toEqual(['DELETE /containers/c1', `DELETE /images/${builtPrefix}r1-api:latest`])
})

test('images go one after the other: two tags may be of one', async () => {
  const tags = ['a', 'b', 'c'].map((name) => `${builtPrefix}r1-${name}:latest`)
  for (const tag of tags) engine.images.set(tag, { labels })
  const found = await findOurs(engine.docker, 'r1')
  let [now, most] = [0, 0]
  const { docker } = engine
  const getImage = docker.getImage.bind(docker)
  docker.getImage = (id) => {
    const image = getImage(id)
    const remove = image.remove.bind(image)
    return Object.assign(image, {
      remove: async (how: object) => {
        now += 1
        most = Math.max(most, now)
        await remove(how)
        now -= 1
      },
    })
  }
  expect((await removeThings(docker, found)).removed).toHaveLength(tags.length)
  expect(most).toBe(1)
})
