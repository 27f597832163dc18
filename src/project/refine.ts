import { askPath, type Entry, isWell } from './ask.ts'
import type { ProjectInput } from './schema.ts'
import { requestFor, type Survey } from './survey/survey.ts'

type Understood = Survey & { readonly project: ProjectInput }
type Ask = (entry: Entry, path: string) => Promise<number | string>

/**
 * The same with pages that were really asked for: of each upstream the first path that answers well. What answers
 * badly is noted.
 */
export async function withAskedPages(survey: Understood, entry: Entry, ask: Ask = askPath): Promise<Understood> {
  const { project } = survey
  const upstreams = { ...project.upstreams }
  const understood = [...survey.understood]
  const notes = [...survey.notes]
  for (const [name, group] of Object.entries(upstreams)) {
    const { page = '/', host = entry.host } = group
    const answers = new Map<string, number | string>()
    for (const path of new Set([...(survey.pages[name] ?? []), page])) {
      answers.set(path, await ask({ ...entry, host }, path))
    }
    const found = pageIn(answers)
    if (found === undefined) notes.push(`${name}: ${page} answered ${answers.get(page)}: say a page that answers well`)
    else {
      upstreams[name] = { ...group, page: found }
      const because = `it answered ${answers.get(found)}; that this group alone answers it follows from the locations`
      const at = understood.findIndex(({ path }) => path.join('.') === `upstreams.${name}.page`)
      const told = { path: ['upstreams', name, 'page'], guessed: true, because }
      if (at < 0) understood.push(told)
      else understood[at] = told
    }
  }
  const mix = Object.values(upstreams).map(({ page = '/', host }) => requestFor(page, host))
  return { ...survey, understood, notes, project: { ...project, upstreams, traffic: { ...project.traffic, mix } } }
}

/** The first that is there; else the first that leads somewhere. */
function pageIn(answers: ReadonlyMap<string, number | string>): string | undefined {
  const well = [...answers].filter(([, answer]) => isWell(answer))
  return (well.find(([, answer]) => Number(answer) < 300) ?? well[0])?.[0]
}

/** Requests of a mix that the site answers well; the others, each in words. */
export async function answeredOf<T extends { readonly path: string }>(
  mix: readonly T[],
  entry: Entry,
  ask: Ask = askPath,
): Promise<{ readonly mix: readonly T[]; readonly left: readonly string[] }> {
  const answers = []
  for (const one of mix) answers.push({ one, answer: await ask(entry, one.path) })
  return {
    mix: answers.flatMap(({ one, answer }) => (isWell(answer) ? [one] : [])),
    left: answers.flatMap(({ one, answer }) => (isWell(answer) ? [] : [`GET ${one.path} answered ${answer}`])),
  }
}
