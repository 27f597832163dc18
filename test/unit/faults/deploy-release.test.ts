import { expect, test } from 'vitest'
import type { FaultSpec } from '../../../src/faults/index.ts'
import { fakeScene } from '../../support/fake-stack.ts'
import { faultFor } from '../../support/made-kinds.ts'

const spec: FaultSpec = { kind: 'deploy-release', role: 'web', servers: [2], release: '1.9.0', service: 'proxy' }
const upstreams = '/etc/nginx/conf.d/upstreams.conf'

test('servers are replaced one by one, each out of the upstream meanwhile, which is then what it was', async () => {
  const scene = fakeScene()
  const proxy = scene.stack.proxies.get('proxy')
  const before = proxy?.disk.get(upstreams)?.toString()
  const { inject, witness } = faultFor({ ...spec, servers: undefined })
  expect((await witness.see(scene)).present).toBe(false)
  const replace = scene.stack.replace
  const drained: (string | undefined)[] = []
  scene.stack.replace = (name, change) => {
    drained.push(/server (\S+) down;/.exec(proxy?.disk.get(upstreams)?.toString() ?? '')?.[1])
    return replace(name, change)
  }
  const { outcome, because } = await inject(scene, scene.hearer)
  expect(outcome).toBe('in-force')
  expect(because).toContain('web-1, web-2 run 1.9.0')
  expect(drained).toEqual(['web-1:8080', 'web-2:8080'])
  expect(proxy?.disk.get(upstreams)?.toString()).toBe(before)
  expect(proxy?.hash()).toBe('good')
  expect(scene.stack.replaced.map(({ name, change }) => [name, change.image])).toEqual([
    ['web-1', 'backend-next'],
    ['web-2', 'backend-next'],
  ])
  expect(scene.promised.map(({ undo }) => undo.verb)).toEqual([
    'write-files',
    'start',
    'remove-container',
    'start',
    'remove-container',
  ])
  expect(scene.lives).toBe(1)
  expect((await witness.see(scene)).present).toBe(true)
})

test('a server alone in its role is not taken out: there is nowhere else', async () => {
  const scene = fakeScene()
  const file = scene.stack.proxies.get('proxy')?.disk
  const text = file?.get(upstreams)?.toString() ?? ''
  file?.set(upstreams, Buffer.from(text.replace(/ *server web-1.*\n/, '')))
  await faultFor(spec).inject(scene, scene.hearer)
  expect(scene.promised.map(({ undo }) => undo.verb)).toEqual(['start', 'remove-container'])
})

test('a server that runs something else afterwards is not said to run it', async () => {
  const scene = fakeScene()
  scene.stack.replace = (name) => Promise.resolve(scene.stack.service(name))
  await expect(faultFor(spec).inject(scene, scene.hearer)).rejects.toMatchObject({ code: 'SERVICE_NOT_READY' })
  expect(scene.lives).toBe(0)
  expect((await faultFor(spec).witness.see(scene)).present).toBe(false)
})

test('of a server that is down counts what monitoring heard last; its witness is blind without', async () => {
  const scene = fakeScene()
  const { inject, witness } = faultFor(spec)
  await inject(scene, scene.hearer)
  scene.stack.dead.add('web-2')
  const heard = (release: string, at: number) => ({ metric: { release }, values: [[at, '1']] })
  const says = (...result: object[]) => {
    scene.stack.onMonitoring = () => JSON.stringify({ data: { result } })
  }
  says(heard('1.8.2', 10), heard('1.9.0', 20))
  expect(await witness.see(scene)).toEqual({ present: true, because: 'web-2 is down and last ran 1.9.0' })
  says(heard('1.8.2', 30), heard('1.9.0', 20))
  expect((await witness.see(scene)).present).toBe(false)
  says()
  expect((await witness.see(scene)).because).toContain('last ran nothing')
  scene.stack.onMonitoring = () => 'no'
  await expect(witness.see(scene)).rejects.toThrow()
})

test('a load test before it: what dies under a spike, while what runs bears it, never reaches a user', async () => {
  const scene = fakeScene(['load-test'])
  const pressed: string[] = []
  const add = scene.stack.addBackend
  let image = ''
  scene.stack.addBackend = async (role, number, change) => {
    image = change?.image ?? ''
    const made = await add(role, number, change)
    const memory = () => Promise.resolve({ usedBytes: 30_000_000, oomKills: 0 })
    scene.stack.counted.set(made.name, { memory })
    return made
  }
  const press = scene.stack.onPress
  scene.stack.onPress = (wish) => {
    pressed.push(`${wish.host} ${image}`)
    const answer = press(wish)
    return image === 'backend-next' ? { ...answer, ok: 0, failed: answer.requests } : answer
  }
  const { outcome, acts, because } = await faultFor(spec).inject(scene, scene.hearer)
  expect({ outcome, acts: acts.map(({ measure, action }) => [measure, action]) }).toEqual({
    outcome: 'rejected',
    acts: [['load-test', 'rejected']],
  })
  expect(because).toMatch(
    /^release 1\.9\.0: web-3 under .* failed, .*; 1\.8\.2, which runs now: .* within all budgets$/,
  )
  expect(new Set(pressed)).toEqual(new Set(['web-3 backend', 'web-3 backend-next']))
  expect(scene.stack.byRole('web').map(({ name }) => name)).toEqual(['web-1', 'web-2'])
  expect(scene.lives).toBe(0)
})
