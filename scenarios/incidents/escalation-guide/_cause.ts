import type { ScenarioInput as AnyInput } from '../../../src/index.ts'
import type { kinds } from './_kinds.ts'

export type ScenarioInput = AnyInput<typeof kinds>
export type Story = ScenarioInput['story']
export type Step = Story[number]
export type Check = NonNullable<ScenarioInput['checks']>[number]
export type Variant = ScenarioInput['variants'][string]
/** `measured`: it differs from time to time, and is only told. `fails`: it cannot be done, and so has no effect. */
type Effect = NonNullable<Extract<Check, { kind: 'guide-step' }>['effect']> | 'measured' | 'fails'

export type Fault = NonNullable<Step['fault']>
type Probe = NonNullable<Step['look']>
type Remedy = NonNullable<Step['remedy']>

/** What a look says, and whether that names the cause: a symptom does not. */
interface Look {
  says: string
  names?: boolean
}
type LookAndDeed = Look & { does: Effect }

/** What names the cause before anybody has to look for it, and how it is mended then. */
export interface Prevention {
  measure: MeasureName
  /** The alert of that measure; absent: a check finds it. */
  alert?: string
  /** A check at regular times, and what it finds. */
  check?: { probe: Probe; finds: string; title: string }
  mend: Remedy
  /** What is done then, in words. */
  by: string
  /** Default: it cures; `prevents` where it comes before users notice. */
  expect?: 'cures' | 'prevents' | 'measured'
}
type MeasureName = NonNullable<Variant['measures']>[number]

/** What nobody is told of is found when the configuration of proxy and servers is reviewed. */
export const theReview = {
  measure: 'configuration-review',
  check: {
    probe: { kind: 'configuration-review', every: '2s', within: '6s' },
    finds: 'not the reviewed one',
    title: 'The periodic review comes round',
  },
} as const satisfies Omit<Prevention, 'mend' | 'by'>

/** One cause of the guide, and what each of its six steps does about it, as measured. */
export interface Cause {
  name: string
  title: string
  summary: string
  rootCause: string
  impact: string
  fault: Fault
  /** Real time from the cause to the first look: what fails slowly is in the logs slowly. */
  looksAfter?: string
  /** Whose answers users miss: what is scaled. Default: the pages. */
  failing?: 'web' | 'api'
  /** How many servers are added in the sixth step; default: 1. */
  more?: number
  stack?: ScenarioInput['stack']
  /** Beside the 50 requests a second of the users; default: none. */
  pressurePerS?: number
  /** What most of those who are failed are answered; absent: it is a matter of the moment. */
  answered?: 'http_502' | 'http_503' | 'http_504'
  /** For how long it must be well in the end; default: 2 s. More where it comes and goes. */
  holds?: string
  steps: { logs: Look; status: Look; restart: Effect; path: LookAndDeed; firewall: LookAndDeed; scale: LookAndDeed }
  prevention: Prevention
}

export interface GuideStep {
  guide: number
  title: string
  look?: { probe: Probe; expected: Look }
  remedy?: { spec: Remedy; as: string; does: Effect; title: string }
}

/** The guide's six steps, each a look, a deed, or both. */
export function guideOf({ steps, failing = 'web', more = 1 }: Cause): GuideStep[] {
  const { logs, status, restart, path, firewall, scale } = steps
  return [
    {
      guide: 1,
      title: 'Check the backend logs',
      look: { probe: { kind: 'backend-logs', over: '30s' }, expected: logs },
    },
    { guide: 2, title: 'Check the backend services', look: { probe: { kind: 'backend-status' }, expected: status } },
    {
      guide: 3,
      title: 'Restart the backend services',
      remedy: { spec: { kind: 'restart-backends' }, as: 'the restart', does: restart, title: 'every server at once' },
    },
    {
      guide: 4,
      title: 'Verify proxy configuration and connectivity',
      look: { probe: { kind: 'proxy-path' }, expected: path },
      remedy: {
        spec: { kind: 'repair-proxy-path' },
        as: 'configuration and containers as reviewed',
        does: path.does,
        title: 'what is not as reviewed is put right',
      },
    },
    {
      guide: 5,
      title: 'Check firewall and network',
      look: { probe: { kind: 'firewall-rules' }, expected: firewall },
      remedy: {
        spec: { kind: 'open-firewall' },
        as: 'packet filters as specified',
        does: firewall.does,
        title: 'rules outside of the specification are removed',
      },
    },
    {
      guide: 6,
      title: 'Scale out',
      look: { probe: { kind: 'traffic-level' }, expected: scale },
      remedy: {
        spec: { kind: 'scale-out', role: failing, add: more },
        as: 'more servers',
        does: scale.does,
        title: `${more} more ${failing} server${more > 1 ? 's' : ''}`,
      },
    },
  ]
}
