import { reasonOf } from '../kit/errors.ts'
import type { OwnView, ReportedGroup, ReportedRun, ReportedVariant, ReporterKind, ToldPlace } from './reporter.ts'
import { toldPage } from './told/html.ts'
import { toldMarkdown } from './told/markdown.ts'
import { refuseNotTold, type Told } from './told/told.ts'

/** Defines a reporter: `tell`, `file`, or both. */
export function defineReporter(definition: Omit<ReporterKind, 'is'>): ReporterKind {
  return { is: 'reporter', ...definition }
}

/** A file that is written, and what is in it. */
export interface OwnFile {
  readonly file: string
  readonly write: () => string | Promise<string>
}

/** The files that the scenarios' own reporters have of a run, or of the runs of a group. */
export function ownFiles({ variants }: ReportedRun): OwnFile[] {
  return reportersOf(variants).flatMap(({ kind, tell, file }) => {
    const told = tell ? (toldOf({ kind, tell }, variants, 'page') ?? undefined) : undefined
    const pages = told && [
      { file: `${kind}.md`, write: () => toldMarkdown(told) },
      { file: `${kind}.html`, write: () => toldPage(told) },
    ]
    return [...(pages ?? []), ...(file ? [{ file: file.name, write: () => file.write(variants) }] : [])]
  })
}

export function ownFilesOf({ incidents }: ReportedGroup): OwnFile[] {
  return ownFiles({ variants: incidents.flatMap(({ run }) => run.variants) })
}

/** What they tell of one variant, for its report. */
export function ownSections(variant: ReportedVariant): Told[] {
  return reportersOf([variant]).flatMap(
    ({ kind, tell }) => (tell && toldOf({ kind, tell }, [variant], 'section')) ?? [],
  )
}

/** Each once, however many variants bring it along. */
function reportersOf(variants: readonly ReportedVariant[]): ReporterKind[] {
  const all = new Map(variants.flatMap(({ own = [] }) => own.map((one) => [one.kind, one] as const)))
  return [...all.values()]
}

/** A reporter that breaks takes no report of ours with it. */
export function toldOf(
  { kind, tell }: Required<Pick<ReporterKind, 'kind' | 'tell'>>,
  variants: readonly OwnView[],
  place: ToldPlace,
): Told | null {
  try {
    const told = tell(variants, place)
    if (told !== null) refuseNotTold(told)
    return told
  } catch (thrown) {
    return { title: kind, lead: `The reporter '${kind}' failed: ${reasonOf(thrown)}`, parts: [] }
  }
}
