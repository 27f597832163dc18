import type Dockerode from 'dockerode'
import { describe, expect, test } from 'vitest'
import { executeUndo } from '../../src/cleanup/undo.ts'
import { memoryLimitOf } from '../../src/engine/index.ts'
import { patience } from './machine.ts'

/** An engine with one running container of run `runId` to try undos on, and how to look at it past the executor. */
export interface UndoStage {
  docker: Dockerode
  runId: string
  container: string
  network: string
  volume: string
  /** A container that wears no label of ours. */
  foreign: string
  pause(): Promise<void>
  stop(): Promise<void>
  write(path: string, content: string): Promise<void>
  /** Null when there is no such file. */
  read(path: string): Promise<string | null>
  /** Resolves when the container's main process has heard SIGHUP this many times; rejects when it does not in time. */
  heardHup(times: number): Promise<void>
  state(): Promise<{ running: boolean; paused: boolean }>
  /** Memory limit in bytes, quota of a core in us, and how often it was started: another number after every start. */
  made(): Promise<{ memory: number; starts: number | string; quota: number }>
  exists(kind: 'container' | 'network' | 'volume'): Promise<boolean>
}

const nobody = 'f'.repeat(64)
const base64 = (text: string) => Buffer.from(text).toString('base64')

/** What every engine must let the undo executor do. `raise` gives a fresh stage for each test. */
export function undoContract(name: string, raise: () => Promise<UndoStage>): void {
  describe(`undo on ${name}`, () => {
    const limits = (stage: UndoStage) => ({ runId: stage.runId, withinMs: patience(10_000) })

    test('wakes a paused container; twice is once', async () => {
      const stage = await raise()
      await stage.pause()
      const undo = { verb: 'unpause', container: stage.container } as const
      expect(await executeUndo(stage.docker, undo, limits(stage))).toEqual({ ok: true, because: 'done' })
      expect(await stage.state()).toEqual({ running: true, paused: false })
      expect(await executeUndo(stage.docker, undo, limits(stage))).toEqual({ ok: true, because: 'it was not paused' })
    })

    test('starts a stopped container; twice is once', async () => {
      const stage = await raise()
      await stage.stop()
      const undo = { verb: 'start', container: stage.container } as const
      expect(await executeUndo(stage.docker, undo, limits(stage))).toEqual({ ok: true, because: 'done' })
      expect(await stage.state()).toEqual({ running: true, paused: false })
      expect(await executeUndo(stage.docker, undo, limits(stage))).toEqual({ ok: true, because: 'it was running' })
    })

    test('gives back a memory limit, of a running container and of one that has ended; twice is once', async () => {
      const stage = await raise()
      const undo = { verb: 'set-memory', container: stage.container, bytes: 64 * 2 ** 20 } as const
      for (const prepare of [() => Promise.resolve(), () => Promise.resolve(), () => stage.stop()]) {
        await prepare()
        expect(await executeUndo(stage.docker, undo, limits(stage))).toEqual({ ok: true, because: 'done' })
        expect((await stage.made()).memory).toBe(64 * 2 ** 20)
      }
      expect(await stage.state()).toEqual({ running: false, paused: false })
    })

    test('no limit is given back as one that nothing ever feels', async () => {
      const stage = await raise()
      const undo = { verb: 'set-memory', container: stage.container, bytes: 0 } as const
      expect(await executeUndo(stage.docker, undo, limits(stage))).toEqual({ ok: true, because: 'done' })
      expect(memoryLimitOf({ Memory: (await stage.made()).memory })).toBeNull()
    })

    test('gives back cores as they were limited before, and no limit; twice is once', async () => {
      const stage = await raise()
      const { container } = stage
      await stage.docker.getContainer(container).update({ CpuPeriod: 100_000, CpuQuota: 20_000 })
      for (const quota of [50_000, 50_000, 0]) {
        const undo = { verb: 'set-cpu', container, nanoCpus: 0, quota, period: 0 } as const
        expect(await executeUndo(stage.docker, undo, limits(stage))).toEqual({ ok: true, because: 'done' })
        expect((await stage.made()).quota).toBe(quota || -1)
      }
    })

    test('restarts what runs and what has ended: either runs afterwards, as another process', async () => {
      const stage = await raise()
      const undo = { verb: 'restart', container: stage.container } as const
      for (const prepare of [() => Promise.resolve(), () => stage.stop()]) {
        await prepare()
        const { starts } = await stage.made()
        expect(await executeUndo(stage.docker, undo, limits(stage))).toEqual({ ok: true, because: 'done' })
        expect(await stage.state()).toEqual({ running: true, paused: false })
        expect((await stage.made()).starts).not.toBe(starts)
      }
    })

    test('a server that has ended begins without a behaviour, so there is none to give back', async () => {
      const stage = await raise()
      await stage.stop()
      const undo = { verb: 'set-behaviour', container: stage.container, behaviour: '{}' } as const
      const told = await executeUndo(stage.docker, undo, limits(stage))
      expect(told).toEqual({ ok: true, because: 'it has stopped, and begins without' })
    })

    test('puts files back, removes what was not there, tells the process; twice is once', async () => {
      const stage = await raise()
      await stage.write('/etc/shop.conf', 'bad\n')
      await stage.write('/etc/extra.conf', 'not there before\n')
      const undo = {
        verb: 'write-files',
        container: stage.container,
        files: [
          { path: '/etc/shop.conf', content: base64('good: $(reboot) äöü\n') },
          { path: '/etc/extra.conf', content: null },
        ],
        signal: 'HUP',
      } as const
      for (const times of [1, 2]) {
        const told = await executeUndo(stage.docker, { ...undo, files: [...undo.files] }, limits(stage))
        expect(told).toEqual({ ok: true, because: '1 files written, 1 removed and SIGHUP sent' })
        expect(await stage.read('/etc/shop.conf')).toBe('good: $(reboot) äöü\n')
        expect(await stage.read('/etc/extra.conf')).toBeNull()
        await stage.heardHup(times)
      }
    })

    test('where the first process would not hear a signal, a program is run; what it ends with counts', async () => {
      const stage = await raise()
      const files = [{ path: '/etc/shop.conf', content: base64('good') }]
      const undo = { verb: 'write-files', container: stage.container, files, signal: 'HUP' } as const
      const ran = { ...undo, reload: ['rm', '-f', '--', '/etc/extra.conf'] }
      await stage.write('/etc/extra.conf', 'x')
      const told = await executeUndo(stage.docker, ran, limits(stage))
      expect(told).toEqual({ ok: true, because: "1 files written, 0 removed and 'rm -f -- /etc/extra.conf' run" })
      expect(await stage.read('/etc/extra.conf')).toBeNull()
      const failing = await executeUndo(stage.docker, { ...undo, reload: ['false'] }, limits(stage))
      expect([failing.ok, failing.because]).toEqual([
        false,
        expect.stringMatching(/^ENGINE_CALL_FAILED: 'false' ended with/),
      ])
      await stage.heardHup(0)
    })

    test('puts files back in a paused container, which is awake afterwards', async () => {
      const stage = await raise()
      await stage.write('/etc/extra.conf', 'x')
      await stage.pause()
      const files = [{ path: '/etc/extra.conf', content: null }]
      const undo = { verb: 'write-files', container: stage.container, files, signal: null } as const
      expect(await executeUndo(stage.docker, undo, limits(stage))).toMatchObject({ ok: true })
      expect(await stage.read('/etc/extra.conf')).toBeNull()
      expect(await stage.state()).toEqual({ running: true, paused: false })
    })

    test('a file cannot be removed in a container that has stopped, and that is said', async () => {
      const stage = await raise()
      await stage.write('/etc/extra.conf', 'x')
      await stage.stop()
      const files = [{ path: '/etc/extra.conf', content: null }]
      const undo = { verb: 'write-files', container: stage.container, files, signal: null } as const
      const told = await executeUndo(stage.docker, undo, limits(stage))
      expect(told.ok).toBe(false)
      expect(told.because).toMatch(/has stopped.*\/etc\/extra\.conf/)
    })

    test('removes container, network and volume, also paused; twice is once', async () => {
      const stage = await raise()
      await stage.pause()
      for (const [kind, undo] of [
        ['container', { verb: 'remove-container', container: stage.container }],
        ['network', { verb: 'remove-network', network: stage.network }],
        ['volume', { verb: 'remove-volume', volume: stage.volume }],
      ] as const) {
        expect(await stage.exists(kind)).toBe(true)
        expect(await executeUndo(stage.docker, undo, limits(stage))).toEqual({ ok: true, because: 'removed' })
        expect(await stage.exists(kind)).toBe(false)
        expect(await executeUndo(stage.docker, undo, limits(stage))).toEqual({ ok: true, because: 'it is gone' })
      }
    })

    test('whatever the verb, a target that is gone is a success', async () => {
      const stage = await raise()
      const files = [{ path: '/etc/x', content: null }]
      for (const undo of [
        { verb: 'unpause', container: nobody },
        { verb: 'start', container: nobody },
        { verb: 'restart', container: nobody },
        { verb: 'set-memory', container: nobody, bytes: 64 * 2 ** 20 },
        { verb: 'set-cpu', container: nobody, nanoCpus: 0, quota: 0, period: 0 },
        { verb: 'set-behaviour', container: nobody, behaviour: '{}' },
        { verb: 'flush-firewall', container: nobody },
        { verb: 'write-files', container: nobody, files, signal: null },
        { verb: 'remove-container', container: nobody },
        { verb: 'remove-network', network: nobody },
        { verb: 'remove-volume', volume: 'badgateway-none' },
      ] as const) {
        expect(await executeUndo(stage.docker, undo, limits(stage))).toEqual({ ok: true, because: 'it is gone' })
      }
    })

    test('refuses to change the packet filter of a container that shares nobody else’s network', async () => {
      const stage = await raise()
      const told = await executeUndo(
        stage.docker,
        { verb: 'flush-firewall', container: stage.container },
        limits(stage),
      )
      expect(told).toMatchObject({ ok: false, because: expect.stringMatching(/^UNDO_REFUSED: it shares no other/) })
    })

    test('refuses to touch what wears no label, or that of another run', async () => {
      const stage = await raise()
      const ofNobody = { verb: 'remove-container', container: stage.foreign } as const
      const told = await executeUndo(stage.docker, ofNobody, limits(stage))
      expect(told).toMatchObject({ ok: false, because: expect.stringMatching(/^UNDO_REFUSED: .*wears no label/) })
      for (const undo of [
        { verb: 'unpause', container: stage.container },
        { verb: 'restart', container: stage.container },
        { verb: 'set-memory', container: stage.container, bytes: 64 * 2 ** 20 },
        { verb: 'set-cpu', container: stage.container, nanoCpus: 0, quota: 0, period: 0 },
        { verb: 'set-behaviour', container: stage.container, behaviour: '{}' },
        { verb: 'remove-network', network: stage.network },
        { verb: 'remove-volume', volume: stage.volume },
      ] as const) {
        const refused = await executeUndo(stage.docker, undo, { runId: 'other', withinMs: patience(10_000) })
        expect(refused).toMatchObject({ ok: false, because: expect.stringMatching(/^UNDO_REFUSED: .*label of run/) })
      }
      expect(await stage.exists('network')).toBe(true)
      expect(await stage.exists('volume')).toBe(true)
    })
  })
}
