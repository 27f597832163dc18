import { execFile } from 'node:child_process'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeEach, expect, test } from 'vitest'
import { askData, type DataQuestion } from '../../../src/stack/data.ts'
import { fakeScene } from '../../support/fake-stack.ts'
import { temporaryFolder } from '../../support/folder.ts'

const run = promisify(execFile)
let folder: string

/** What a database's image would have: each says how it was called. */
const clients = {
  psql: 'echo "$PGUSER $PGDATABASE $PGPASSWORD: $5"',
  mariadb: 'echo "$3 $MYSQL_PWD: $5 in $6"',
  'redis-cli': 'echo "$REDISCLI_AUTH: $*"',
}

beforeEach(async () => {
  folder = await temporaryFolder('clients')
  for (const [name, text] of Object.entries(clients)) {
    await writeFile(join(folder, name), `#!/bin/sh\n${text}\n`)
    await chmod(join(folder, name), 0o755)
  }
})

async function asked(question: DataQuestion, env: Record<string, string> = {}): Promise<string> {
  const { stack } = fakeScene()
  const exec = async ([program = '', ...rest]: readonly string[]) => {
    const { stdout } = await run(program, rest, { env: { PATH: `${folder}:/usr/bin:/bin`, ...env } })
    return { code: 0, output: stdout }
  }
  return await askData({ ...stack, service: (name) => ({ ...stack.service(name), exec }) }, question)
}

const service = 'proxy'
const sql = (by: 'postgres' | 'mysql', more = {}): DataQuestion => ({ by, service, query: "select '$1'", ...more })

test('a client is told by its container who it is, and its arguments reach it as they are', async () => {
  expect(await asked(sql('postgres'))).toBe("postgres postgres : select '$1'")
  const official = { POSTGRES_USER: 'shop', POSTGRES_PASSWORD: 'p' }
  expect(await asked(sql('postgres'), official)).toBe("shop shop p: select '$1'")
  expect(await asked(sql('postgres', { user: 'me', database: 'd' }), official)).toBe("me d p: select '$1'")
  expect(await asked(sql('mysql'), { MARIADB_ROOT_PASSWORD: 'r', MYSQL_DATABASE: 'd' })).toBe(
    "root r: select '$1' in d",
  )
  expect(await asked(sql('mysql'), { MYSQL_USER: 'u', MYSQL_PASSWORD: 'p' })).toBe("u p: select '$1' in")
  const named = { user: 'u', database: 'd', password: 'DB_SECRET' }
  expect(await asked(sql('mysql', named), { DB_SECRET: 's', MYSQL_PASSWORD: 'p' })).toBe("u s: select '$1' in d")
  expect(await asked(sql('postgres', named), { DB_SECRET: 's' })).toBe("u d s: select '$1'")
  const llen: DataQuestion = { by: 'redis', service, command: ['LLEN', 'a b'] }
  expect(await asked(llen)).toBe(': LLEN a b')
  expect(await asked(llen, { REDIS_PASSWORD: 's' })).toBe('s: LLEN a b')
})

test('what its client says when it fails is told', async () => {
  const { stack } = fakeScene()
  const exec = () => Promise.resolve({ code: 2, output: 'no such table\n' })
  const failing = { ...stack, service: (name: string) => ({ ...stack.service(name), exec }) }
  await expect(askData(failing, sql('postgres'))).rejects.toThrow('its client ended with 2: no such table')
})

test('of the site its answer is meant, or a field of it', async () => {
  const { stack } = fakeScene()
  const answer = { headers: {}, ms: 1, because: 'status 200', status: 200, body: '{"orders":{"all":[7]}}' }
  const site = { ...stack, proxy: () => ({ ...stack.proxy(), ask: () => Promise.resolve(answer) }) }
  const question = { by: 'http', path: '/count', status: 200 } as const
  expect(await askData(site, { ...question, json: 'orders.all.0' })).toBe('7')
  expect(await askData(site, question)).toBe(answer.body)
  await expect(askData(site, { ...question, json: 'orders.none' })).rejects.toThrow('its body has no orders.none')
  await expect(askData(site, { ...question, status: 201 })).rejects.toThrow('status 200')
})
