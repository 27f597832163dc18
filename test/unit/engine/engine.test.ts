import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Dockerode from 'dockerode'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { limitCalls } from '../../../src/engine/call-limits.ts'
import { connectEngine, expectMemoryLimits, testcontainersEnvironment } from '../../../src/engine/engine.ts'
import { isNobodyThere, unreachable } from '../../../src/engine/engine-failure.ts'
import { type EngineSocket, engineSocket, sayingWho } from '../../support/engine-socket.ts'
import { patience } from '../../support/machine.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function listening(...given: Parameters<typeof engineSocket>): Promise<EngineSocket> {
  const socket = await engineSocket(...given)
  closing.push(socket.close)
  return socket
}

describe('connecting', () => {
  it('agrees on the newest version that both speak, and says what the engine is', async () => {
    const seen: string[] = []
    const { uri } = await listening(sayingWho({ ApiVersion: '1.60', MinAPIVersion: '1.44' }, seen))
    const { info, dockerHost } = await connectEngine({ DOCKER_HOST: uri })
    expect(info).toMatchObject({ apiVersion: '1.52', engineApiVersion: '1.60', rootless: true, memoryLimits: true })
    expect(dockerHost).toBe(uri)
    expect(seen).toEqual(['/version', '/v1.52/info'])
  })

  it.each([
    ['1.40', '1.12', /speaks API 1\.12 to 1\.40, badgateway speaks 1\.41 to/],
    ['1.9', '1.9', /to 1\.9, /],
    ['2.3', '1.53', /speaks API 1\.53 to 2\.3, badgateway speaks 1\.41 to 1\.52/],
  ])('refuses an engine of API %s (oldest %s) with both numbers', async (ApiVersion, MinAPIVersion, message) => {
    const { uri } = await listening(sayingWho({ ApiVersion, MinAPIVersion }))
    const failure = expect(connectEngine({ DOCKER_HOST: uri })).rejects
    await failure.toMatchObject({ code: 'ENGINE_UNSUITED', message: expect.stringMatching(message) })
  })

  it('goes where it is told, whatever this process has in its own environment', async () => {
    vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:1')
    closing.push(() => vi.unstubAllEnvs())
    const { uri } = await listening(sayingWho({ ApiVersion: '1.41', MinAPIVersion: '1.12' }))
    expect((await connectEngine({ DOCKER_HOST: uri })).info.name).toBe('box')
  })

  it('reaches a TCP engine on this machine', async () => {
    const server = createServer(sayingWho({ ApiVersion: '1.41', MinAPIVersion: '1.12' })).listen(0, '127.0.0.1')
    closing.push(
      () => server.close(),
      () => server.closeAllConnections(),
    )
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    const { info } = await connectEngine({ DOCKER_HOST: `127.0.0.1:${port}` })
    expect(info.apiVersion).toBe('1.41')
  })

  it.each([
    ['unix:///nowhere/docker.sock', /unix:\/\/\/nowhere\/docker\.sock \(no such file\), named by DOCKER_HOST/],
    ['tcp://127.0.0.1:1', /tcp:\/\/127\.0\.0\.1:1 \(nothing listens there\)/],
    ['not an address', /"tcp:\/\/not an address" is not an address/],
  ])('says at once that there is no answer at %s', async (DOCKER_HOST, message) => {
    const failure = expect(connectEngine({ DOCKER_HOST })).rejects
    await failure.toMatchObject({ code: 'ENGINE_UNREACHABLE', exitCode: 3, message: expect.stringMatching(message) })
  })

  it.each(['tcp://10.0.0.1:2375', 'ssh://me@box'])('refuses %s: it is another machine', async (DOCKER_HOST) => {
    await expect(connectEngine({ DOCKER_HOST })).rejects.toMatchObject({ code: 'ENGINE_UNSUITED' })
    const other = connectEngine({ DOCKER_HOST }, { allowHost: 'another' })
    await expect(other).rejects.toMatchObject({ code: 'ENGINE_UNSUITED' })
  })

  it('refuses ssh even by name', async () => {
    const named = connectEngine({ DOCKER_HOST: 'ssh://me@box' }, { allowHost: 'box' })
    await expect(named).rejects.toMatchObject({ code: 'ENGINE_UNSUITED', hint: expect.stringMatching(/ssh -L/) })
  })
})

describe('telling why none was found', () => {
  const failed = (code: string, from = 'default socket') => ({
    address: { uri: `unix:///${code}`, from },
    thrown: Object.assign(new Error(code), { code }),
  })

  it('knows when installing one would help', () => {
    expect(isNobodyThere(unreachable([failed('ENOENT'), failed('ECONNREFUSED')]))).toBe(true)
    expect(isNobodyThere(unreachable([failed('ENOENT'), failed('EACCES')]))).toBe(false)
    expect(isNobodyThere(unreachable([failed('ENOENT', 'DOCKER_HOST')]))).toBe(false)
  })

  it('says what to do about a closed door', () => {
    const { message, hint } = unreachable([failed('EACCES'), failed('ENOENT')])
    expect(message).toBe('No Docker engine answers at unix:///EACCES (permission denied)')
    expect(hint).toMatch(/group docker.*rootless/)
  })
})

describe('limits of calls', () => {
  /** Long enough for whoever answers at once, on every machine. */
  const limitMs = patience(50)
  const limited = (socketPath: string, callMs: number) => limitCalls(new Dockerode({ socketPath, host: '' }), callMs)

  it.each([
    ['accepts and never answers', ''],
    ['answers half', '{"Half":'],
  ])('ends a call to an engine that %s', async (_, said) => {
    const { path } = await listening((_request, response) => {
      if (said) response.writeHead(200).write(said)
    })
    const failure = expect(limited(path, 50).info()).rejects
    await failure.toMatchObject({
      code: 'ENGINE_CALL_FAILED',
      message: expect.stringMatching(/GET \/info within 0\.05 s/),
    })
  })

  it('does not cut a stream that has begun', async () => {
    const { path } = await listening((_request, response) => {
      response.writeHead(200).write('{"status":"first"}\n')
      setTimeout(() => response.end('{"status":"last"}\n'), 2 * limitMs)
    })
    const stream = await limited(path, limitMs).getEvents()
    let text = ''
    for await (const chunk of stream) text += chunk
    expect(text).toContain('last')
  })

  it('waits for what takes long by its nature', async () => {
    const { path } = await listening((_request, response) => {
      setTimeout(() => response.end('{"StatusCode":0}'), 2 * limitMs)
    })
    expect(await limited(path, limitMs).getContainer('abc').wait()).toEqual({ StatusCode: 0 })
  })

  it('leaves the abort of a caller to the caller', async () => {
    const { path } = await listening(() => undefined)
    const call = limited(path, 1_000).listContainers({ abortSignal: AbortSignal.timeout(20) })
    await expect(call).rejects.not.toMatchObject({ code: 'ENGINE_CALL_FAILED' })
  })
})

describe('pointing Testcontainers at the same engine', () => {
  it('names the engine, turns the reaper off and asks for local ports', () => {
    expect(testcontainersEnvironment({ dockerHost: 'unix:///a.sock' })).toEqual({
      DOCKER_HOST: 'unix:///a.sock',
      TESTCONTAINERS_RYUK_DISABLED: 'true',
      TESTCONTAINERS_HOST_OVERRIDE: '127.0.0.1',
    })
    const remote = testcontainersEnvironment({ dockerHost: 'tcp://box:2376', certPath: '/certs' })
    expect(remote).toMatchObject({
      DOCKER_CERT_PATH: '/certs',
      DOCKER_TLS_VERIFY: '1',
      TESTCONTAINERS_HOST_OVERRIDE: 'box',
    })
  })
})

describe('suitability', () => {
  it('refuses an engine whose kernel cannot limit memory, with what to do', () => {
    const asking = () => expectMemoryLimits({ name: 'old-box', memoryLimits: false })
    expect(asking).toThrow('The engine on old-box cannot limit memory')
    expect(asking).toThrow(expect.objectContaining({ code: 'ENGINE_UNSUITED', exitCode: 3 }))
    expect(() => expectMemoryLimits({ name: 'box', memoryLimits: true })).not.toThrow()
  })
})
