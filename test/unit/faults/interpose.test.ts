import { describe, expect, test } from 'vitest'
import type { z } from 'zod/mini'
import { type InterposerReport, interposerWhat } from '../../../src/protocol/interposer.ts'
import { serverScene } from '../../support/fake-servers.ts'
import { faultFor } from '../../support/made-kinds.ts'

const fault = (what: z.input<typeof interposerWhat>, servers?: number[]) =>
  faultFor({
    kind: 'interpose',
    what: interposerWhat.parse(what),
    expiresAfter: 60_000,
    role: 'web',
    ...(servers ? { servers } : {}),
  })
const wrong = { deed: { does: 'status', code: 500 } } as const

/** A scene in which what the program says of itself is another. */
function told(change: (report: InterposerReport) => object) {
  const scene = serverScene()
  const { beside } = scene.stack
  scene.stack.beside = async (name) => {
    const sidecar = await beside(name)
    const exec: typeof sidecar.exec = async (argv, options) => {
      const { code, output } = await sidecar.exec(argv, options)
      if (!output.startsWith('{"state"')) return { code, output }
      const report = JSON.parse(output) as InterposerReport
      return { code, output: JSON.stringify({ ...report, ...change(report) }) }
    }
    return { ...sidecar, exec }
  }
  return scene
}

describe('an interposer', () => {
  test('is promised away before it stands: first its rules, then who made them', async () => {
    const scene = serverScene()
    const { outcome, evidence } = await fault(wrong).inject(scene)
    expect(outcome).toBe('in-force')
    expect(evidence).toMatchObject({ servers: ['web-1', 'web-2'], deed: wrong.deed, cut: 0 })
    const verbs = scene.promised.map(({ undo }) => undo.verb)
    expect(verbs.filter((verb) => verb === 'remove-container').length).toBe(2)
    expect([verbs[0], verbs.at(-1)]).toEqual(['remove-container', 'flush-firewall'])
    scene.undoAll()
  })

  test('a kernel that redirects no port is said to be unsuited, and nothing stands', async () => {
    const scene = told(() => ({ state: 'unsupported', because: 'this kernel redirects no port' }))
    await expect(fault(wrong, [1]).inject(scene)).rejects.toMatchObject({
      code: 'ENGINE_UNSUITED',
      message: expect.stringContaining('Not supported here: this kernel redirects no port'),
    })
    scene.undoAll()
  })

  test('one that did not come into force is a failure, with its reason', async () => {
    const scene = told(() => ({ state: 'ended', because: 'another interposer stands there already' }))
    await expect(fault(wrong, [1]).inject(scene)).rejects.toThrow('another interposer stands there')
    scene.undoAll()
  })

  test('tells how many requests of users it has met, at all its servers', async () => {
    const users = { arrived: 7, matched: 5, done: 4 }
    const scene = told(() => ({ users, rows: [{ method: 'GET', path: '/a/:n', ...users }] }))
    const one = fault(wrong)
    await one.inject(scene)
    expect(await one.witness.see(scene)).toEqual({
      present: true,
      met: 8,
      because: expect.stringContaining(
        'of users 7 arrived, 5 meant, 4 met (GET /a/:n: 7 arrived, 5 meant, 4 met); web-2: status 500',
      ),
    })
    scene.undoAll()
    expect(await one.witness.see(scene)).toMatchObject({
      present: false,
      because: expect.stringContaining('status 200'),
    })
  })

  test('where few are meant, it is seen at once all the same, and only while users come to it', async () => {
    const scene = serverScene()
    const one = fault({ ...wrong, scope: { every: 1_000 } }, [1])
    await one.inject(scene)
    expect(await one.witness.see(scene)).toMatchObject({ present: true, met: 0 })
    const { beside } = scene.stack
    const other = fault({ ...wrong, scope: { first: 1 } }, [2])
    scene.stack.beside = async (name) => {
      const sidecar = await beside(name)
      const noRule: typeof sidecar.exec = (argv) =>
        argv.includes('nat') ? Promise.resolve({ code: 1, output: 'No chain' }) : sidecar.exec(argv)
      return { ...sidecar, exec: noRule }
    }
    await other.inject(scene)
    const seen = await other.witness.see(scene)
    expect(seen).toMatchObject({ present: false, because: expect.stringContaining('nothing is redirected') })
    scene.undoAll()
    expect((await one.witness.see(scene)).present).toBe(false)
  })

  test('one that is at work and does not say what it has done is not seen, and not said to be gone', async () => {
    const scene = serverScene()
    const { beside } = scene.stack
    let deaf: string | undefined
    scene.stack.beside = async (name) => {
      const sidecar = await beside(name)
      const exec: typeof sidecar.exec = (argv, options) =>
        deaf !== undefined && argv.includes(deaf) ? Promise.reject(new Error('no answer')) : sidecar.exec(argv, options)
      return { ...sidecar, exec }
    }
    const all = fault(wrong)
    await all.inject(scene)
    deaf = 'cat'
    await expect(all.witness.see(scene)).rejects.toThrow('no answer')
    scene.undoAll()
    expect(await all.witness.see(scene)).toMatchObject({ present: false })
    deaf = undefined
    const few = fault({ ...wrong, scope: { every: 1_000 } }, [1])
    await few.inject(scene)
    deaf = 'nat'
    await expect(few.witness.see(scene)).rejects.toThrow('no answer')
    scene.undoAll()
  })
})
