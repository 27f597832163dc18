import { describe, expect, test } from 'vitest'
import { type Machine, pinTarget } from '../../../../src/load/target/target.ts'

const machine: Machine = {
  resolve: (host) => {
    const known: Record<string, string[]> = {
      localhost: ['::1', '127.0.0.1'],
      'shop.test': ['10.0.0.5'],
      'rebound.test': ['127.0.0.1', '93.184.216.34'],
    }
    return host in known ? Promise.resolve(known[host] ?? []) : Promise.reject(new Error('ENOTFOUND'))
  },
  addresses: () => ['127.0.0.1', '10.0.0.5', 'fe80::1%eth0'],
  accepts: (address) => Promise.resolve(address === '127.0.0.1'),
}

describe('on this machine', () => {
  test.each([
    ['http://127.0.0.1:8080/a?b=1', 'http://127.0.0.1:8080', '127.0.0.1:8080', '/a?b=1'],
    ['http://127.9.9.9', 'http://127.9.9.9:80', '127.9.9.9', '/'],
    ['http://2130706433:81/', 'http://127.0.0.1:81', '127.0.0.1:81', '/'],
    ['http://0x7f.1/', 'http://127.0.0.1:80', '127.0.0.1', '/'],
    ['http://[::1]:9/', 'http://[::1]:9', '[::1]:9', '/'],
    ['http://[::ffff:127.0.0.1]/', 'http://[::ffff:7f00:1]:80', '[::ffff:7f00:1]', '/'],
    ['http://[fe80::1]/', 'http://[fe80::1]:80', '[fe80::1]', '/'],
    ['http://shop.test/', 'http://10.0.0.5:80', 'shop.test', '/'],
    ['http://localhost:8080/', 'http://127.0.0.1:8080', 'localhost:8080', '/'],
  ])('%s', async (text, target, host, path) => {
    expect(await pinTarget(text, [], machine)).toEqual({ target, host, path })
  })
})

describe('elsewhere', () => {
  test.each([
    'http://8.8.8.8/',
    'http://134744072/',
    'http://0x08080808/',
    'http://[2001:db8::1]/',
    'http://[::ffff:8.8.8.8]/',
    'http://10.0.0.6/',
    'http://rebound.test/',
    'http://unknown.test/',
  ])('%s is refused', async (text) => {
    await expect(pinTarget(text, ['other.test'], machine)).rejects.toMatchObject({ code: 'TARGET_REFUSED' })
  })

  test('unless it is named', async () => {
    const pinned = await pinTarget('http://rebound.test/', ['rebound.test'], machine)
    expect(pinned).toMatchObject({ target: 'http://127.0.0.1:80', host: 'rebound.test' })
    expect(await pinTarget('http://8.8.8.8/', ['8.8.8.8'], machine)).toMatchObject({ target: 'http://8.8.8.8:80' })
    const six = await pinTarget('http://[2001:db8::1]/', ['2001:db8::1'], machine)
    expect(six.target).toBe('http://[2001:db8::1]:80')
  })
})

test.each([
  '',
  'localhost:80',
  'ftp://localhost/',
  'http://user:se%cret@localhost/',
  'file:///x',
  `http://unix:/${'x'.repeat(107)}:/`,
])("'%s' is no URL to send load to", async (text) => {
  await expect(pinTarget(text, [], machine)).rejects.toMatchObject({ code: 'USAGE' })
})
