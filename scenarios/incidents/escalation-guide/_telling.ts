import type { Cause, Check, GuideStep, Step, Story } from './_cause.ts'

export const theFault = 'the cause'

/** Real time, whatever the scale: alerts, logs and effects know no incident's clock. */
export const rests = {
  /** From the cause to the first look, unless the cause says otherwise. */
  look: '2s',
  /** The same where it must be seen how it was before a step. */
  before: '3s',
  /** From a deed to the next step, so that its effect is seen. */
  effect: '3s',
  measuredEffect: '4s',
}

const clockAt = (minute: number) => `10:${String(minute).padStart(2, '0')}`

/** A story that is being written: steps a minute apart, and what is asked about them. */
export class Telling {
  readonly story: Story = []
  readonly checks: Check[] = []
  private readonly effect: string
  private injected = 0
  private rest: string | undefined

  constructor(effect: string) {
    this.effect = effect
  }

  get end(): string {
    return this.story.at(-1)?.at ?? clockAt(0)
  }

  add(step: Omit<Step, 'at'>): number {
    const { rest } = this
    this.story.push({ at: clockAt(this.story.length), ...(rest === undefined ? {} : { rest }), ...step })
    this.rest = undefined
    return this.story.length - 1
  }

  inject({ fault, title }: Cause, rest: string): void {
    this.injected += 1
    const again = this.injected > 1 ? `, once more (${this.injected})` : ''
    this.add({ fault, as: `${theFault}${again}`, title: `${title}${again}` })
    this.rest = rest
  }

  /** One step of the guide; a deed is given the time to show what it does. */
  take({ guide, title, look, remedy }: GuideStep): void {
    const expected = look?.expected
    const named = `${guide}. ${title}`
    const looked = look && this.add({ look: look.probe, finds: look.expected.says, title: named })
    const done = remedy && this.add(deed(remedy, named))
    this.checks.push({
      kind: 'guide-step',
      guide,
      ...(looked === undefined ? {} : { look: looked }),
      ...(done === undefined ? {} : { remedy: done }),
      ...(expected ? { names: expected.names ? [expected.says] : [], finds: expected.names ?? false } : {}),
      ...(remedy && remedy.does !== 'measured' ? { effect: remedy.does === 'fails' ? 'no effect' : remedy.does } : {}),
    })
    if (remedy) this.rest = this.effect
  }

  /** What was done last has cured: service holds. */
  recover({ holds = '2s' }: Cause, within = '8s'): void {
    this.rest = undefined
    this.add({ recovered: { within, hold: holds }, title: 'Service is restored, and holds' })
  }
}

type Deed = NonNullable<GuideStep['remedy']>

export const deed = ({ spec, as, does, title }: Deed, named: string): Omit<Step, 'at'> => {
  return { remedy: spec, as, expect: does, title: `${named}: ${title}` }
}
export const cures = ({ remedy }: GuideStep) => remedy?.does === 'cures'
