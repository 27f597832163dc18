import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { lookupWith } from '../../../../docker/agent/names.ts'

type Resolver = Parameters<typeof lookupWith>[0]

function found(host: string, addresses: string[] | Error, all = false) {
  const resolve4: Resolver['resolve4'] = (_name, done) => {
    if (addresses instanceof Error) done(addresses)
    else done(null, addresses)
  }
  return new Promise((resolve) => {
    lookupWith({ resolve4 })(host, { all }, (failed, address) => resolve(failed ? failed.message : address))
  })
}

it('gives the first address, in either form that Node asks for', async () => {
  expect(await found('web-1', ['10.0.0.1', '10.0.0.2'])).toBe('10.0.0.1')
  expect(await found('web-1', ['10.0.0.1'], true)).toEqual([{ address: '10.0.0.1', family: 4 }])
})

it('needs nobody for localhost, and knows nobody when the resolver does not answer', async () => {
  expect(await found('localhost', new Error('never asked'))).toBe('127.0.0.1')
  expect(await found('web-1', new Error('queryA ETIMEOUT web-1'))).toBe('web-1 is not known')
  expect(await found('web-1', [])).toBe('web-1 is not known')
})

it('is what a connection can be told to use, and fails as Node itself would', async () => {
  const none: Resolver['resolve4'] = (_name, done) => done(new Error('queryA ESERVFAIL'))
  const socket = connect({ host: 'web-1', port: 1, lookup: lookupWith({ resolve4: none }) })
  const failed = await new Promise<Error>((resolve) => socket.once('error', resolve))
  expect(failed).toMatchObject({ code: 'ENOTFOUND' })
})
