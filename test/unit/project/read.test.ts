import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readProjectFile } from '../../../src/project/index.ts'
import { temporaryFolder } from '../../support/folder.ts'

const least = 'proxy: { service: edge }\nupstreams: { api: { servers: [api], port: 3000 } }\n'

async function written(text: string): Promise<string> {
  const file = join(await temporaryFolder('project'), 'badgateway.yaml')
  await writeFile(file, text)
  return file
}

const messageOf = async (text: string) => {
  const file = await written(text)
  return await readProjectFile(file).then(
    () => 'read',
    (error: Error) => error.message.replaceAll(file, 'FILE'),
  )
}

describe('badgateway.yaml', () => {
  it('needs a proxy and an upstream; the rest has defaults', async () => {
    expect(await readProjectFile(await written(least))).toEqual({
      stack: { compose: ['compose.yaml'], profiles: [], outside: false },
      proxy: { service: 'edge', config: '/etc/nginx/nginx.conf', port: 80, scheme: 'http' },
      upstreams: { api: { servers: ['api'], port: 3000, protocol: 'http', page: '/', location: '/' } },
      dependencies: {},
      monitoring: { rules: [], probes: [] },
      traffic: { users: 20, ratePerS: 20, timeout: 10_000 },
      commands: {},
      macros: {},
      data: {},
    })
  })

  it('gives durations as ms and shares as 0 to 1', async () => {
    const text = `${least}timeouts: { atMost: 5s }\nexpect: { default: { failedAtMost: 0.5%, recoveredWithin: 15s } }`
    expect(await readProjectFile(await written(text))).toMatchObject({
      timeouts: { atMost: 5_000 },
      expect: { default: { failedAtMost: 0.005, recoveredWithin: 15_000 } },
    })
  })

  it('tells all mistakes at once, each with its path and value', async () => {
    const text = `
proxy: { servce: edge, port: 99999, scheme: htp }
upstreams:
  api: { servers: [api], port: 3000, protocl: http }
  w: { servers: [api], socket: run/x }
  b: { servers: [b], port: 1, socket: /x }
dependencies: { d: { service: d, kind: mysql, of: [apj] } }
traffic: { mix: [{ path: api }] }
timeouts: { atMost: 0s }
expect: { default: { failedAtMost: 5 } }
`
    expect(await messageOf(text)).toMatchInlineSnapshot(`
      "FILE: proxy.service: Invalid input: expected string, received undefined
        proxy.port: no port: a whole number from 1 to 65535 (found 99999)
        proxy.scheme: Invalid option: expected one of "http"|"https" (found "htp"). Did you mean 'http'?
        proxy: Unrecognized key: "servce". Did you mean 'service'?
        upstreams.api: Unrecognized key: "protocl". Did you mean 'protocol'?
        upstreams.w.socket: no path in a container: begin with / (found "run/x")
        upstreams.b.port: a group has a port or a socket; this one has both (found 1)
        traffic.mix.0.path: no path: begin with / and use printable ASCII (found "api")
        timeouts.atMost: is no time at all: write e.g. 10s (found "0s")
        expect.default.failedAtMost: Invalid input: expected string, received number (found 5)
        upstreams.w.servers.0: it is a server of 'api' already (found "api")
        dependencies.d.of.0: there is no upstream of this name. Did you mean 'api'? There are: api, w, b (found "apj")"
    `)
  })

  it('tells what contradicts itself', async () => {
    const text = `${least}  \ndependencies: { cache: { service: cache, kind: redis, of: [apj] } }\n`
    expect(await messageOf(text)).toMatch(
      /dependencies\.cache\.of\.0: there is no upstream of this name\. Did you mean 'api'\?/,
    )
    const twice = 'proxy: { service: e }\nupstreams: { a: { servers: [x], port: 1 }, b: { servers: [x], port: 1 } }'
    expect(await messageOf(twice)).toMatch(/upstreams\.b\.servers\.0: it is a server of 'a' already/)
    const named = 'proxy: { service: e }\nupstreams: { agent: { servers: [x], port: 1 } }'
    expect(await messageOf(named)).toMatch(/upstreams\.agent: the name has another meaning here/)
  })

  it.each([
    ['nothing', '', /expected object/],
    ['no YAML', 'proxy: [', /FILE: /],
    ['a name twice', 'proxy: {}\nproxy: {}\n', /Map keys must be unique/],
    ['a tag', 'proxy: !!js/function x\n', /tag/],
    ['a name that no name can be', `${least}__proto__: { a: 1 }\n`, /__proto__: no name can be this/],
    ['no upstream', 'proxy: { service: e }\nupstreams: {}\n', /upstreams: there is none: one is needed/],
    ['a bomb', `a: &a [1]\n${Array.from({ length: 60 }, (_, at) => `b${at}: [*a, *a, *a]`).join('\n')}`, /alias/i],
    ['what is too deep', `a: ${'['.repeat(100)}${']'.repeat(100)}`, /nests/],
    [
      'what nobody sees',
      'proxy: { service: "a\\e[2J" }\nupstreams: { a: { servers: [x], port: 1 } }',
      /\\\\?u001b|\\x1b/,
    ],
  ])('refuses %s', async (_name, text, message) => {
    expect(await messageOf(text)).toMatch(message)
  })

  it('is a file of at most 1 MiB', async () => {
    const folder = await temporaryFolder('project')
    await expect(readProjectFile(join(folder, 'none.yaml'))).rejects.toMatchObject({ code: 'PROJECT_UNKNOWN' })
    await mkdir(join(folder, 'folder.yaml'))
    await expect(readProjectFile(join(folder, 'folder.yaml'))).rejects.toMatchObject({ code: 'PROJECT_INVALID' })
    await writeFile(join(folder, 'big.yaml'), `${least}#${'x'.repeat(1_100_000)}`)
    await expect(readProjectFile(join(folder, 'big.yaml'))).rejects.toThrow('at most 1 MiB')
    await writeFile(join(folder, 'real.yaml'), least)
    await symlink(join(folder, 'real.yaml'), join(folder, 'link.yaml'))
    expect((await readProjectFile(join(folder, 'link.yaml'))).proxy.service).toBe('edge')
  })
})
