/**
 * The program behind docker/setup: finds the engine and makes the images. Options: `--may-install` ends with a wish for
 * docker/setup where something could be installed, `--engine-within S` waits that many seconds for the engine.
 */
import { existsSync } from 'node:fs'
import { asBadgatewayError, BadgatewayError } from '../kit/errors.ts'
import { inert, inertLines } from '../kit/inert.ts'
import { missingTool } from './base-image.ts'
import { connectEngine, type Engine } from './engine.ts'
import { isNobodyThere } from './engine-failure.ts'
import { ensureImages } from './images.ts'

/** What docker/setup is asked to do before it calls again. */
const wishes = { engine: 10, mmdebstrap: 11 } as const

const pauseMs = 200

function mayInstall(): boolean {
  return process.argv.includes('--may-install') && process.getuid?.() === 0 && existsSync('/etc/debian_version')
}

function engineWithinMs(): number {
  const index = process.argv.indexOf('--engine-within')
  return index < 0 ? 0 : Number(process.argv[index + 1]) * 1000
}

async function engineInTime(): Promise<Engine> {
  const begun = performance.now()
  for (;;) {
    try {
      const engine = await connectEngine(process.env)
      if (engineWithinMs() > 0) say(`the engine answers (Docker ${engine.info.version})`, performance.now() - begun)
      return engine
    } catch (thrown) {
      const absent = thrown instanceof BadgatewayError && thrown.code === 'ENGINE_UNREACHABLE'
      if (!absent || performance.now() - begun > engineWithinMs()) throw thrown
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
}

function say(text: string, ms?: number): void {
  process.stdout.write(
    inertLines(`setup: ${inert(text)}${ms === undefined ? '' : ` in ${(ms / 1000).toFixed(1)} s`}\n`),
  )
}

async function main(): Promise<number> {
  const begun = performance.now()
  let steps = 0
  try {
    const { docker } = await engineInTime()
    await ensureImages(docker, {
      onStep: (text, ms) => {
        steps += 1
        say(text, ms)
      },
    })
    if (steps > 0) say('images ready', performance.now() - begun)
    return 0
  } catch (thrown) {
    if (mayInstall() && isNobodyThere(thrown) && engineWithinMs() === 0) return wishes.engine
    if (mayInstall() && thrown instanceof BadgatewayError && thrown.cause === missingTool) return wishes.mmdebstrap
    const { message, hint, exitCode } = asBadgatewayError(thrown)
    process.stderr.write(inertLines(`setup: ${inert(message)}. ${inert(hint)}\n`))
    return exitCode
  }
}

process.exitCode = await main()
