import { expect, test } from 'vitest'
import { sameServers, theseServers } from '../../../../src/stack/description/which-servers.ts'
import { fakeStack } from '../../../support/fake-stack.ts'

const namesOf = (servers: readonly { name: string }[]) => servers.map(({ name }) => name)

test('servers are counted in the order of their group, and those that joined by their number', async () => {
  const stack = fakeStack()
  expect(namesOf(theseServers(stack, { role: 'api' }))).toEqual(['api-1', 'api-2'])
  expect(namesOf(theseServers(stack, { role: 'web', servers: [2] }))).toEqual(['web-2'])
  await stack.addBackend('web', 3)
  expect(namesOf(theseServers(stack, { role: 'web', servers: [3, 1] }))).toEqual(['web-3', 'web-1'])
  expect(() => theseServers(stack, { role: 'web', servers: [4] })).toThrow('web-4')
})

test('names that the description gives count, whatever they are', () => {
  const stack = fakeStack()
  const web = { servers: ['web-2', 'web-1'], port: 1, health: '/', page: '/' }
  const turned = { ...stack, description: { ...stack.description, upstreams: { web } } }
  expect(namesOf(theseServers(turned, { role: 'web', servers: [1] }))).toEqual(['web-2'])
})

test('who joins later was never meant, and who is gone is missed', async () => {
  const stack = fakeStack()
  const meant = sameServers({ role: 'web' })
  expect(namesOf(meant(stack))).toEqual(['web-1', 'web-2'])
  await stack.addBackend('web', 3)
  expect(namesOf(meant(stack))).toEqual(['web-1', 'web-2'])
  await stack.remove('web-1')
  expect(() => meant(stack)).toThrow('web-1')
})
