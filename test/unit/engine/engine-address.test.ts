import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { engineAddresses, foreignHost } from '../../../src/engine/engine-address.ts'

let home: string
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'home-'))
})
afterEach(() => rm(home, { recursive: true }))

async function context(name: string, meta: unknown, tls = false): Promise<void> {
  const id = createHash('sha256').update(name).digest('hex')
  await mkdir(join(home, '.docker/contexts/meta', id), { recursive: true })
  await writeFile(join(home, '.docker/contexts/meta', id, 'meta.json'), JSON.stringify(meta))
  if (!tls) return
  await mkdir(join(home, '.docker/contexts/tls', id, 'docker'), { recursive: true })
  await writeFile(join(home, '.docker/contexts/tls', id, 'docker/ca.pem'), '')
}

const host = (Host: string) => ({ Endpoints: { docker: { Host } } })

describe('where engines are looked for', () => {
  it.each([
    ['unix:///a.sock', 'unix:///a.sock'],
    ['/a.sock', 'unix:///a.sock'],
    ['127.0.0.1:2375', 'tcp://127.0.0.1:2375'],
  ])('takes DOCKER_HOST=%s and nothing else', async (given, uri) => {
    const env = { HOME: home, DOCKER_HOST: given, DOCKER_CONTEXT: 'other' }
    expect(await engineAddresses(env)).toEqual([{ uri, from: 'DOCKER_HOST' }])
  })

  it('takes the certificates beside DOCKER_HOST', async () => {
    const env = { DOCKER_HOST: 'tcp://127.0.0.1:2376', DOCKER_CERT_PATH: '/certs' }
    expect(await engineAddresses(env)).toEqual([{ uri: env.DOCKER_HOST, from: 'DOCKER_HOST', certPath: '/certs' }])
  })

  it('follows the current context of the docker command', async () => {
    await context('colima', host('unix:///colima.sock'))
    await writeFile(join(home, '.docker/config.json'), '{"currentContext":"colima"}')
    const expected = [{ uri: 'unix:///colima.sock', from: 'docker context "colima"' }]
    expect(await engineAddresses({ HOME: home })).toEqual(expected)
  })

  it('lets DOCKER_CONTEXT win over the current one, and finds its certificates', async () => {
    await context('tls', host('tcp://127.0.0.1:2376'), true)
    await writeFile(join(home, '.docker/config.json'), '{"currentContext":"colima"}')
    const [address] = await engineAddresses({ HOME: home, DOCKER_CONTEXT: 'tls' })
    expect(address?.certPath).toMatch(/contexts\/tls\/[0-9a-f]{64}\/docker$/)
  })

  it('goes to the sockets when the context is the default one', async () => {
    await mkdir(join(home, '.docker'))
    await writeFile(join(home, '.docker/config.json'), '{"currentContext":"default"}')
    const addresses = await engineAddresses({ HOME: home, XDG_RUNTIME_DIR: '/run/me' })
    const uris = addresses.map(({ uri }) => uri)
    expect(uris.slice(0, 2)).toEqual(['unix:///var/run/docker.sock', 'unix:///run/me/docker.sock'])
    expect(uris).toContain(`unix://${home}/.docker/run/docker.sock`)
    expect(new Set(uris).size).toBe(uris.length)
  })

  it.each([
    ['a context that is gone', { DOCKER_CONTEXT: 'gone' }, /"gone" is not there/],
    ['a context without a host', { DOCKER_CONTEXT: 'empty' }, /"empty" names no host/],
    ['a configuration that is no JSON', {}, /config\.json is not a JSON object/],
  ])('refuses %s by name', async (_, env, message) => {
    await context('empty', { Endpoints: {} })
    await writeFile(join(home, '.docker/config.json'), 'nonsense')
    const failure = expect(engineAddresses({ HOME: home, ...env })).rejects
    await failure.toMatchObject({ code: 'ENGINE_UNREACHABLE', message: expect.stringMatching(message) })
  })
})

describe('which engines are on this machine', () => {
  it.each(['unix:///a', 'npipe:////./pipe/docker_engine', 'tcp://127.0.0.1:1', 'tcp://127.9.9.9', 'tcp://[::1]:1'])(
    '%s is',
    (uri) => expect(foreignHost(uri)).toBeNull(),
  )
  it.each([
    ['tcp://10.0.0.1:2375', '10.0.0.1'],
    ['tcp://127.0.0.1.example.org:1', '127.0.0.1.example.org'],
    ['tcp://localhost.example.org:1', 'localhost.example.org'],
    ['ssh://localhost', 'localhost'],
  ])('%s is not', (uri, name) => expect(foreignHost(uri)).toBe(name))
})

it.each(['tcp://', 'tcp:', 'tcp://user@', 'https://:2375', 'nonsense'])('%s is no address: it names no host', (uri) => {
  expect(() => foreignHost(uri)).toThrow(expect.objectContaining({ code: 'ENGINE_UNREACHABLE' }))
})
