import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readProject } from '../../../src/compose/read.ts'
import { findCompose } from '../../../src/compose/tool.ts'
import { temporaryFolder } from '../../support/folder.ts'
import { recorded } from './said.ts'

/** A Compose that says what it was recorded to say, and writes down how it was called. */
async function toldBy(script: string) {
  const folder = await temporaryFolder('compose')
  await writeFile(join(folder, 'docker-compose'), `#!/bin/sh\necho "$@" >> ${folder}/calls\n${script}\n`)
  await writeFile(join(folder, 'docker'), '#!/bin/sh\nexit 1\n')
  for (const name of ['docker-compose', 'docker']) await chmod(join(folder, name), 0o755)
  return { folder, env: { PATH: `${folder}:/usr/bin:/bin` } }
}

const saying = (major: 1 | 2) => {
  const file = join(import.meta.dirname, 'said', recorded[major])
  return `[ "$1" = version ] && echo ${recorded[major].slice(0, -5)} && exit\necho 'a warning' >&2\ncat ${file}`
}

describe.each([1, 2] as const)('what Compose %i says', (major) => {
  test('is read as data, whatever the form it is printed in', async () => {
    const { folder, env } = await toldBy(saying(major))
    const tool = await findCompose(env)
    const project = await readProject(tool, { folder, env })
    expect(project.warnings).toEqual(['a warning'])
    expect(project.services.map(({ name, replicas }) => `${name} ${replicas}`)).toEqual(['api 2', 'edge 1', 'worker 2'])
    const [api, edge, worker] = project.services
    expect(api).toMatchObject({
      image: 'shop/api:1',
      build: { context: '/srv/shop/api', dockerfile: 'Dockerfile' },
      environment: { B: 'x', PASSWORD: 'hunt$er2' },
      command: ['sh', '-c', 'echo $HOME; sleep 1000'],
      ports: [{ target: 3000, protocol: 'tcp', published: undefined }],
      expose: [3001],
      secrets: ['tok'],
      configs: ['cfg'],
      readOnly: true,
      user: '1000',
    })
    expect(edge).toMatchObject({
      containerName: 'my-edge',
      build: undefined,
      dependsOn: ['api'],
      networks: [{ name: 'back' }, { name: 'front', aliases: ['shop'], address: '172.31.9.10' }],
      healthcheck: { test: ['CMD', 'true'], disabled: false },
    })
    expect(edge?.ports.map(({ published, target, protocol }) => `${published}:${target}/${protocol}`)).toEqual([
      '8080:80/tcp',
      '8443:443/tcp',
      '9000:9000/udp',
      '9001:9001/udp',
      'undefined:81/tcp',
    ])
    expect(edge?.mounts).toEqual([
      { kind: 'bind', source: '/srv/shop/nginx', target: '/etc/nginx/conf.d', readOnly: true },
      { kind: 'bind', source: '/srv/shop/data', target: '/data', readOnly: false },
      { kind: 'bind', source: '/srv/shop/html$x', target: '/usr/share/nginx/html', readOnly: true },
      { kind: 'volume', source: 'cache', target: '/var/cache/nginx', readOnly: false },
      { kind: 'volume', source: undefined, target: '/var/lib/anon', readOnly: false },
      { kind: 'tmpfs', target: '/scratch', size: '1000000' },
      { kind: 'bind', source: '/var/run/docker.sock', target: '/var/run/docker.sock', readOnly: false },
      { kind: 'tmpfs', target: '/run2', size: '1m' },
    ])
    expect(worker?.labels).toEqual({ 'a.b': 'c$d' })
    expect(project.volumes).toMatchObject({ cache: { external: false }, ext: { external: true } })
    expect(project.networks).toMatchObject({
      theirs: { external: true },
      front: { external: false, internal: false, subnets: ['172.31.9.0/24'] },
      back: { internal: true },
    })
  })
})

test('a service that rests behind a profile is there when the profile is asked for', async () => {
  const { folder, env } = await toldBy(saying(1))
  const tool = await findCompose(env)
  const names = async (query: { profiles?: string[]; env: Record<string, string> }) =>
    (await readProject(tool, { folder, ...query })).services.map(({ name }) => name)
  expect(await names({ env, profiles: ['tools'] })).toContain('rests')
  expect(await names({ env: { ...env, COMPOSE_PROFILES: 'other,tools' } })).toContain('rests')
  expect(await names({ env })).not.toContain('rests')
})

test('what Compose refuses is one sentence with its last words, without what is secret', async () => {
  const { folder, env } = await toldBy(
    `[ "$1" = version ] && echo 2.26.1 && exit\nprintf 'services.api: bad\\n\\033[1mPASSWORD=hunter22\\n' >&2; exit 15`,
  )
  const tool = await findCompose(env)
  await expect(readProject(tool, { folder, env })).rejects.toMatchObject({
    code: 'COMPOSE_INVALID',
    message: `Compose refuses the project of ${folder}: services.api: bad | \\x1b[1mPASSWORD=***`,
  })
})

test.each([
  ['no YAML', 'echo "{"', /cannot be read/],
  ['another shape', 'echo "services: [1]"', /cannot be read at services/],
  ['no service', 'echo "services: {}"', /has no service/],
  ['a name that is none', `echo '{"services": {"__proto__": {}}}'`, /cannot be read at services.__proto__/],
])('what cannot be used is said: %s', async (_, script, message) => {
  const { folder, env } = await toldBy(`[ "$1" = version ] && echo 2.26.1 && exit\n${script}`)
  const tool = await findCompose(env)
  await expect(readProject(tool, { folder, env })).rejects.toMatchObject({
    code: 'COMPOSE_INVALID',
    message: expect.stringMatching(message),
  })
})

test('where no Compose answers it is said how to get one', async () => {
  const { env } = await toldBy('exit 127')
  await expect(findCompose(env)).rejects.toMatchObject({
    code: 'COMPOSE_MISSING',
    message: 'No Docker Compose here: `docker compose` ended with 1, `docker-compose` ended with 127',
    hint: expect.stringContaining('apt-get install docker-compose'),
  })
})

test('one that is too old is not used', async () => {
  const { env } = await toldBy('echo 1.25.0')
  await expect(findCompose(env)).rejects.toMatchObject({ message: expect.stringContaining('1.28 is the oldest') })
})

test('nothing of a project is had from a registry or by Git, whatever the variables say (attack 20)', async () => {
  const script = `[ "$1" = version ] && echo 2.26.1 && exit
echo "$COMPOSE_EXPERIMENTAL_GIT_REMOTE $COMPOSE_EXPERIMENTAL_OCI_REMOTE" >&2; exit 15`
  const { folder, env } = await toldBy(script)
  const asked = { ...env, COMPOSE_EXPERIMENTAL_GIT_REMOTE: 'true', COMPOSE_EXPERIMENTAL_OCI_REMOTE: 'true' }
  const tool = await findCompose(asked)
  await expect(readProject(tool, { folder, env: asked })).rejects.toThrow(/: false false$/)
})
