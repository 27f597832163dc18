import { Writable } from 'node:stream'
import { createLogUpdate } from 'log-update'
import { percent } from '../../kit/figures.ts'
import { inert } from '../../kit/inert.ts'
import { reasonFor } from '../narrative/attempts.ts'
import { reasonIn } from '../narrative/sentences.ts'
import type { LiveReporter } from '../reporter.ts'
import { shortened } from '../words/width.ts'
import type { Colors } from './colors.ts'
import { ending } from './ending.ts'
import { groupEnding } from './group-ending.ts'
import { type Line, lineOf, type Tone } from './lines.ts'
import { Progress } from './progress.ts'
import type { Screen } from './screen.ts'

/** Without a live line, so often a line says how it goes, in ms of the run. */
const heartbeatMs = 15_000
/** The live line is drawn at most so often, in ms of the run. */
const redrawMs = 100
const barLength = 20

/** A line for everything that happens and, where the screen can, a live one below them; the verdict at the end. */
export function liveReporter(screen: Screen, colors: Colors): LiveReporter {
  const live = screen.isTty ? liveLine(screen) : undefined
  let progress: Progress | undefined
  let lastReason = ''
  let drawnT = Number.NEGATIVE_INFINITY
  const say = (line: Line) => {
    live?.clear()
    const time = progress?.now.padEnd(5) ?? ''
    screen.out(`${colors.dim(time)} ${tones(colors)[line.tone](inert(line.text))}\n`)
    drawnT = Number.NEGATIVE_INFINITY
  }
  return {
    name: 'terminal',
    onPlan: (plan) => {
      progress = new Progress(plan)
      drawnT = Number.NEGATIVE_INFINITY
      say({ text: `${plan.scenario}: ${plan.variantTitle} (${plan.variant})`, tone: 'strong' })
    },
    onFact: (fact) => {
      if (!progress) return
      progress.take(fact)
      const line = lineOf(fact, lastReason)
      if (line) {
        say(line)
        lastReason = reasonIn(fact) || lastReason
      }
      if (fact.kind === 'run-ended') live?.clear()
      else if (live && progress.t - drawnT >= redrawMs) {
        live(liveText(progress, screen.columns, colors))
        drawnT = progress.t
      } else if (!live && fact.kind === 'load-sample') drawnT = heartbeat(progress, drawnT, say)
    },
    onRepeat: ({ folder, verdict }) => {
      say({ text: `Inconclusive, so once more: ${reasonFor(verdict)}`, tone: 'warn' })
      say({ text: `  What was played is kept in ${folder}`, tone: 'plain' })
    },
    // Two live lines would draw over each other: each says lines, under its name.
    beside: (scenario) => liveReporter(named(screen, scenario), colors),
    onEnd: (ended) => {
      live?.clear()
      if (ended.partOf === undefined) live?.done()
      screen.out(ending(ended, colors))
    },
    onGroupEnd: (ended) => {
      live?.done()
      screen.out(groupEnding(ended, colors))
    },
  }
}

function named(screen: Screen, scenario: string): Screen {
  const name = `[${inert(scenario)}] `
  return { ...screen, isTty: false, out: (text) => screen.out(text.replace(/^(?=.)/gm, name)) }
}

function heartbeat(progress: Progress, saidT: number, say: (line: Line) => void): number {
  const from = Number.isFinite(saidT) ? saidT : progress.t
  if (progress.t - from < heartbeatMs) return from
  say({ text: `  ${traffic(progress)}${alarms(progress)}${starved(progress)}`, tone: 'plain' })
  return progress.t
}

function traffic(progress: Progress): string {
  return `${progress.rate}/s, ${percent(progress.errorShare)} failing`
}

function alarms(progress: Progress): string {
  return progress.firing.length > 0 ? `, firing: ${progress.firing.join(', ')}` : ''
}

function starved({ isStarved }: Progress): string {
  return isStarved ? ', the machine has no room' : ''
}

/** The live line: never longer than the screen, so that it never breaks. */
function liveText(progress: Progress, columns: number, colors: Colors): string {
  const filled = Math.round(progress.share * barLength)
  const bar = `${'█'.repeat(filled)}${'░'.repeat(barLength - filled)}`
  const words = `${progress.now || progress.phase} ${progress.phase === 'story' ? '' : `${progress.phase} `}`
  const rest = `${words}${inert(progress.variant)}  ${traffic(progress)}${inert(alarms(progress))}${starved(progress)}`
  const text = shortened(`${bar} ${rest}`, Math.max(10, columns - 1))
  return progress.errorShare > 0 ? colors.red(text) : text
}

function liveLine(screen: Screen) {
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk, _, done) => {
      screen.out(String(chunk))
      done()
    },
  })
  return createLogUpdate(Object.assign(stream, { columns: screen.columns, rows: 24, isTTY: true }), {
    showCursor: true,
  })
}

function tones(colors: Colors): Record<Tone, (text: string) => string> {
  return { plain: (text) => text, good: colors.green, bad: colors.red, warn: colors.yellow, strong: colors.bold }
}
