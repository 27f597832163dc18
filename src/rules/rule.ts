/** One rule, as its file gives it. */
export interface Rule {
  readonly kind: 'alert' | 'record'
  readonly name: string
  /** File below the folder that was given. */
  readonly file: string
  readonly group: string
  /** How often its group is evaluated, ms; null: as often as Prometheus evaluates by default. */
  readonly everyMs: number | null
  readonly expr: string
  readonly forMs: number
  readonly keepFiringForMs: number
}

/** A file as Prometheus is given it: flat, its name ending in .yml, and the name that its owner knows. */
export interface RuleText {
  readonly name: string
  readonly text: string
  readonly source: string
}

/** The files of a folder, each as Prometheus is given it, and what is in them. */
export interface RuleSet {
  readonly rules: readonly Rule[]
  readonly files: readonly RuleText[]
  /** What lies there and was left out, and why. */
  readonly leftOut: readonly string[]
}
