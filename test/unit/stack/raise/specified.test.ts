import { expect, test } from 'vitest'
import { backendDefinition } from '../../../../src/shop/shop.ts'
import { stackSpec } from '../../../../src/shop/stack-spec.ts'
import { differences, type Made } from '../../../../src/stack/raise/specified.ts'

const definition = backendDefinition('web', 1, stackSpec.parse({}))
const specified = { definition, image: 'badgateway/backend:1', imageEntrypoint: ['docker-entrypoint.sh'] }
const good: Made = {
  image: 'badgateway/backend:1',
  env: definition.env,
  entrypoint: ['docker-entrypoint.sh'],
  names: ['web-1', '0123456789ab'],
  memory: 256 * 2 ** 20,
}

test('a container that is made as specified does not differ', () => {
  expect(differences(specified, good)).toEqual([])
  expect(differences({ ...specified, definition: { ...definition, alias: 'shop' } }, good)).toEqual([
    'its name on the network is web-1, 0123456789ab, specified shop',
  ])
})

test.each<[Partial<Made>, RegExp]>([
  [{ env: { ...definition.env, SITE_PORT: '8090' } }, /^SITE_PORT is '8090', specified not$/],
  [{ env: { ...definition.env, ROLE: 'api' } }, /^ROLE is 'api', specified web$/],
  [{ env: {} }, /^DATABASE_URL is not set, specified postgres:/],
  [{ image: 'badgateway/backend:2' }, /^image badgateway\/backend:2, specified badgateway\/backend:1$/],
  [{ entrypoint: ['false'] }, /^it is started with 'false', specified 'docker-entrypoint.sh'$/],
  [{ names: ['wbe-1'] }, /^its name on the network is wbe-1, specified web-1$/],
  [{ memory: 64 * 2 ** 20 }, /^memory limit 64 MiB, specified 256 MiB$/],
])('%o', (change, said) => {
  expect(differences(specified, { ...good, ...change })[0]).toMatch(said)
})
