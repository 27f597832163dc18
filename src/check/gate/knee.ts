/** What came of a step of the load. `unclear`: the generator or the machine gave way, or too little was seen. */
export type StepStatus = 'kept' | 'broken' | 'unclear'

export interface KneeStep {
  readonly ratePerS: number
  readonly status: StepStatus
  readonly because: string
}

export interface Search {
  /** The first rate, and the lowest and highest that are tried. */
  readonly from: number
  readonly least: number
  readonly most: number
  /** It is over when what keeps the budgets and what does not are so many times apart at most. */
  readonly within: number
}

/** The highest rate that was seen to keep the budgets, and what is known of the rates above it. */
export interface Knee {
  /** Null: no step kept them. */
  readonly ratePerS: number | null
  /** `budgets`: the stack broke them at the next higher step; `unclear`: there nobody can tell; `most`: no need to. */
  readonly above: 'budgets' | 'unclear' | 'most'
  readonly because: string
}

/** Rates are whole: so much of a step's load is no matter. */
const whole = (rate: number) => Math.max(1, Math.round(rate))

/** The rate that is tried next: doubled while budgets are kept, then between; undefined: the search is over. Pure. */
export function nextRate(search: Search, steps: readonly KneeStep[]): number | undefined {
  const { from, least, most, within } = search
  const { kept, above } = boundsOf(steps)
  const next = above === undefined ? Math.min(most, (kept ?? from / 2) * 2) : middle(kept, above, { least, within })
  const rate = next === undefined ? undefined : whole(next)
  return rate === undefined || steps.some(({ ratePerS }) => ratePerS === rate) ? undefined : rate
}

function middle(kept: number | undefined, above: number, { least, within }: Pick<Search, 'least' | 'within'>) {
  if (kept === undefined) return above / 2 >= least ? above / 2 : above > least ? least : undefined
  return above / kept > within ? Math.sqrt(kept * above) : undefined
}

/** Of a rate that was tried, what lies above counts where it was not kept: one lucky step higher up is no knee. */
function boundsOf(steps: readonly KneeStep[]) {
  const not = steps.filter(({ status }) => status !== 'kept').map(({ ratePerS }) => ratePerS)
  const above = not.length === 0 ? undefined : Math.min(...not)
  const kept = steps.flatMap(({ status, ratePerS }) => {
    return status === 'kept' && (above === undefined || ratePerS < above) ? [ratePerS] : []
  })
  return { above, kept: kept.length === 0 ? undefined : Math.max(...kept) }
}

/** What a search has found. Pure. */
export function kneeOf({ most }: Pick<Search, 'most'>, steps: readonly KneeStep[]): Knee {
  const { above, kept = null } = boundsOf(steps)
  const at = steps.find(({ ratePerS }) => ratePerS === above)
  const than = kept === null ? 'no step kept the budgets' : `${kept}/s keeps the budgets`
  if (!at) return { ratePerS: kept, above: 'most', because: `${than}; no more than ${most}/s was tried` }
  const isBroken = at.status === 'broken'
  const next = isBroken ? `${at.ratePerS}/s does not` : `whether ${at.ratePerS}/s does is not known`
  return { ratePerS: kept, above: isBroken ? 'budgets' : 'unclear', because: `${than}; ${next}: ${at.because}` }
}
