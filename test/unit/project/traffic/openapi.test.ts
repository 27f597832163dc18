import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readOpenApi } from '../../../../src/project/index.ts'
import { temporaryFolder } from '../../../support/folder.ts'

async function written(text: string): Promise<string> {
  const file = join(await temporaryFolder('openapi'), 'openapi.yaml')
  await writeFile(file, text)
  return file
}

it('gives what anybody may ask for', async () => {
  const file = await written(`
openapi: 3.1.0
servers: [{ url: https://shop.test/v1 }]
paths:
  /items: { get: { parameters: [{ name: page, in: query, schema: { default: 1 } }] }, post: {} }
  /items/{id}:
    parameters: [{ $ref: '#/components/parameters/Id' }]
    get: {}
  /users/{name}: { get: { parameters: [{ name: name, in: path, required: true, schema: { type: string } }] } }
  /search: { get: { parameters: [{ name: q, in: query, required: true, examples: { a: { value: 'a b' } } }] } }
  /mine: { get: { security: [{ key: [] }] } }
  /version: { get: { parameters: [{ name: X-Client, in: header, required: true, example: web }] } }
components: { parameters: { Id: { name: id, in: path, required: true, schema: { enum: [7, 8] } } } }
`)
  expect(await readOpenApi(file)).toEqual({
    mix: [
      { path: '/v1/items' },
      { path: '/v1/items/7' },
      { path: '/v1/search?q=a%20b' },
      { path: '/v1/version', headers: { 'X-Client': 'web' } },
    ],
    left: [
      { request: 'GET /users/{name}', because: "its parameter 'name' has neither an example nor a default" },
      { request: 'GET /mine', because: 'it asks for authorization' },
    ],
  })
})

it('reads Swagger 2', async () => {
  const file = await written('{"swagger":"2.0","basePath":"/api","paths":{"/a":{"get":{}}}}')
  expect(await readOpenApi(file)).toEqual({ mix: [{ path: '/api/a' }], left: [] })
})

it.each([
  ['no description', 'a: 1', /is no OpenAPI description/],
  ['no YAML', 'a: [', /openapi\.yaml: /],
])('refuses %s', async (_name, text, message) => {
  await expect(readOpenApi(await written(text))).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringMatching(message),
  })
})

it('is not led in a circle', async () => {
  const file = await written(`
openapi: 3.0.0
paths: { /a: { $ref: '#/paths/~1b' }, /b: { $ref: '#/paths/~1a' }, '/__x__/{constructor}': { get: {} } }
`)
  expect(await readOpenApi(file)).toEqual({
    mix: [],
    left: [{ request: 'GET /__x__/{constructor}', because: 'its path has a part without a value' }],
  })
})
