import { describe, expect, it } from 'vitest'
import { refusal } from '../../../../docker/agent/permission.ts'

const good = { host: '127.0.0.1:32768', authorization: 'Bearer secret' }

describe('the control port', () => {
  it.each(['127.0.0.1:32768', 'localhost', '[::1]:80', '10.1.2.3', 'agent:8600'])('serves who comes to %s', (host) => {
    expect(refusal({ ...good, host }, 'secret')).toBeNull()
  })

  it.each([
    ['no token', { host: good.host }],
    ['another token', { ...good, authorization: 'Bearer secre' }],
    ['a longer token', { ...good, authorization: 'Bearer secret1' }],
    ['another scheme', { ...good, authorization: 'Basic secret' }],
    ['an empty token', { ...good, authorization: 'Bearer ' }],
  ])('refuses %s', (_what, headers) => {
    expect(refusal(headers, 'secret')?.status).toBe(401)
  })

  it.each([
    ['a web page', { ...good, origin: 'http://127.0.0.1:32768' }],
    ['a name of somebody else', { ...good, host: 'rebound.example:32768' }],
    ['no host', { authorization: good.authorization }],
  ])('refuses %s, token or not', (_what, headers) => {
    expect(refusal(headers, 'secret')?.status).toBe(403)
  })

  it('has no token that fits when none is set', () => {
    expect(refusal({ ...good, authorization: 'Bearer ' }, '')?.status).toBe(401)
  })
})
