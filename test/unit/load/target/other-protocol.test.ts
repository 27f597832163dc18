import { createServer as createPlain } from 'node:http'
import { createSecureServer as createSecureTwo, createServer as createTwo } from 'node:http2'
import { createServer as createSecure } from 'node:https'
import type net from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { otherProtocol, pinTarget, settleTrust } from '../../../../src/load/index.ts'
import { certificate, key } from '../../../support/certificate.ts'

const ok = (_: unknown, response: { end(text: string): unknown }) => void response.end('ok')
const servers = [
  createSecure({ key, cert: certificate }, ok),
  createTwo(ok),
  createSecureTwo({ key, cert: certificate }, ok),
  createPlain(ok),
]
let ports: number[] = []
beforeAll(async () => {
  ports = await Promise.all(servers.map(portOf))
})
afterAll(() => {
  for (const server of servers) server.close()
})

async function portOf(server: net.Server): Promise<number> {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  return address !== null && typeof address === 'object' ? address.port : 0
}

const ended = (ledger: object) => ({ ledger }) as Parameters<typeof otherProtocol>[1]

describe('a load that nothing of was understood: the target itself is asked why', () => {
  test.each([
    [0, { closed_without_response: 9 }, /speaks TLS on this port: write https/],
    [1, { not_http: 9 }, /speaks HTTP\/2 only/],
    [0, { http_200: 1, reset: 9 }, undefined],
    [1, { in_flight_at_end: 3 }, undefined],
  ])('server %i, %j', async (server, ledger, why) => {
    const found = await otherProtocol({ target: `http://127.0.0.1:${ports[server]}` }, ended(ledger))
    if (why) expect(found).toMatch(why)
    else expect(found).toBeUndefined()
  })

  test('one that speaks HTTP and was only bad is not accused', async () => {
    expect(await otherProtocol({ target: `http://127.0.0.1:${ports[3]}` }, ended({ http_400: 9 }))).toBeUndefined()
  })
})

describe('https, before anything is sent', () => {
  const settled = async (url: string, trust: Parameters<typeof settleTrust>[1] = { insecure: false }) =>
    await settleTrust(await pinTarget(url, []), trust)

  test('on this machine a certificate that nobody vouches for is taken, and that is said', async () => {
    const { target, said } = await settled(`https://127.0.0.1:${ports[0]}/`)
    expect(target.tls).toEqual({ name: '127.0.0.1', insecure: true })
    expect(said).toMatch(/INSECURE: no trusted authority .*DEPTH_ZERO_SELF_SIGNED_CERT.*on this machine/)
  })

  test('one of the CA that was named is taken by its name alone', async () => {
    const trust = { ca: certificate, insecure: false }
    const { target, said } = await settled(`https://localhost:${ports[0]}/`, trust)
    expect(target.tls).toEqual({ name: 'localhost', insecure: false, ca: certificate })
    expect(said).toBeUndefined()
    await expect(settled(`https://127.0.0.1:${ports[0]}/`, trust)).rejects.toMatchObject({
      code: 'TARGET_REFUSED',
      message: expect.stringMatching('ERR_TLS_CERT_ALTNAME_INVALID'),
      hint: expect.stringMatching('for another name'),
    })
  })

  test('whatever --insecure takes is said loudly', async () => {
    const { target, said } = await settled(`https://localhost:${ports[0]}/`, { insecure: true })
    expect(target.tls?.insecure).toBe(true)
    expect(said).toMatch(/INSECURE: whatever certificate localhost shows/)
  })

  test('what is no TLS, or HTTP/2 alone, is refused by name; a target that is down is not', async () => {
    await expect(settled(`https://127.0.0.1:${ports[3]}/`)).rejects.toThrow('speaks plain HTTP on this port')
    await expect(settled(`https://127.0.0.1:${ports[2]}/`)).rejects.toThrow('speaks HTTP/2 only')
    expect((await settled('https://127.0.0.1:1/')).said).toBeUndefined()
  })
})
