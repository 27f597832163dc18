import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import upstream from '../../scenarios/incidents/misconfigured-upstream.ts'
import { dockerFolder } from '../../src/kit/home.ts'

type Scenario = typeof upstream
type Step = NonNullable<Scenario['story']>[number]

/** A real defect in what is tried: a scenario that must fail, on a machine that is quiet as on one that is busy. */
export interface Planted {
  name: string
  /** What is wrong, in words. */
  about: string
  /** Words for `badgateway run`: files are made in this folder. */
  argv(folder: string): string[]
}

const isCure = (step: Step) => JSON.stringify(step).includes('"restart-service"')
const isLastRecovery = (steps: readonly Step[]) => steps.findIndex((step) => 'recovered' in step)

/** The outage of March 2025 with another story, as a file. */
function changed(folder: string, name: string, story: (steps: readonly Step[]) => Step[]): string[] {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${name}.json`)
  const { variants } = upstream
  const asItHappened = Object.fromEntries(Object.entries(variants).filter(([variant]) => variant === 'as-it-happened'))
  writeFileSync(file, JSON.stringify({ ...upstream, name, story: story(upstream.story ?? []), variants: asItHappened }))
  return [file, '--variant', 'as-it-happened']
}

const without = (steps: readonly Step[], wrong: (step: Step) => boolean) => steps.filter((step) => !wrong(step))

/** So that the alert is minutes late where it is promised within seconds. */
function slowRules(folder: string): string {
  const rules = join(folder, 'slow-rules')
  cpSync(join(dockerFolder(), 'monitoring', 'rules'), rules, { recursive: true })
  for (const name of readdirSync(rules)) {
    const file = join(rules, name)
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/^(\s+for:) .*$/gm, '$1 10m'))
  }
  return rules
}

export const planted: readonly Planted[] = [
  {
    name: 'alert-too-slow',
    about: 'every alert rule waits ten minutes before it fires',
    argv: (folder) => ['misconfigured-upstream', '--variant', 'as-it-happened', '--rules', slowRules(folder)],
  },
  {
    name: 'remedy-does-not-cure',
    about: 'the restart that cures is one of a server that is well',
    argv: (folder) =>
      changed(folder, 'remedy-does-not-cure', (steps) => {
        return steps.map((step) => {
          if (!isCure(step)) return step
          return { ...step, remedy: { kind: 'restart-service', service: 'web-1' } } as Step
        })
      }),
  },
  {
    name: 'outage-comes-back',
    about: 'after service was restored, servers answer 503 again',
    argv: (folder) =>
      changed(folder, 'outage-comes-back', (steps) => {
        const at = isLastRecovery(steps)
        const fault = { kind: 'backend-behaviour', behaviour: { status: { code: 503 } }, role: 'web' }
        const again = { at: '15:50', fault, as: 'the relapse', title: 'It comes back' } as Step
        return [...steps.slice(0, at + 1), again, ...steps.slice(at + 1)]
      }),
  },
  {
    name: 'recovery-is-late',
    about: 'the restart that cures comes after the time in which service must be restored',
    argv: (folder) =>
      changed(folder, 'recovery-is-late', (steps) => {
        const at = isLastRecovery(steps)
        const cure = steps.filter(isCure).map((step) => ({ ...step, at: '16:02' }) as Step)
        return [...without(steps.slice(0, at + 1), isCure), ...cure, ...steps.slice(at + 1)]
      }),
  },
]
