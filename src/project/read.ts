import { checkData, isReadable, readData } from '../kit/data/data-file.ts'
import { BadgatewayError, reasonOf } from '../kit/errors.ts'
import { type ProjectFile, projectSchema } from './schema.ts'

/** Name of the file that describes somebody's stack. */
export const projectFileName = 'badgateway.yaml'

/** badgateway.yaml, validated. PROJECT_UNKNOWN when it is not there; PROJECT_INVALID with all its mistakes. */
export async function readProjectFile(file: string): Promise<ProjectFile> {
  const unreadable = await isReadable(file)
  if (unreadable === 'absent') {
    throw new BadgatewayError('PROJECT_UNKNOWN', `${file}: no such file`, 'badgateway init writes one.')
  }
  if (unreadable) throw invalid(file, unreadable.because)
  const raw = await readData(file).catch((thrown: unknown) => Promise.reject(invalid(file, reasonOf(thrown))))
  // A link may lead anywhere: what is none of ours is not shown.
  if (typeof raw !== 'object') throw invalid(file, 'is no mapping of fields')
  return parseProject(raw, file)
}

/** The same of data; `where` is named in what is told of mistakes. */
export function parseProject(raw: unknown, where: string): ProjectFile {
  const checked = checkData(raw, projectSchema)
  if ('wrong' in checked) throw invalid(where, checked.wrong.join('\n  '))
  return checked.data
}

function invalid(file: string, what: string): BadgatewayError {
  const hint = 'Nothing was started. See docs/bring-your-own-stack.md, or badgateway schema --project.'
  return new BadgatewayError('PROJECT_INVALID', `${file}: ${what}`, hint)
}
