import { judge as judgeWith, type Verdict } from '../../src/checks/index.ts'
import type { RunRecord } from '../../src/journal/record.ts'
import { scenariosFolder } from '../../src/kit/home.ts'
import { builtInScenarios, findScenario, joined } from '../../src/scenario/index.ts'

const folder = scenariosFolder()
const known = await Promise.all((await builtInScenarios(folder)).map(({ name }) => findScenario(name, folder)))
const { checks } = joined(...known.map(({ kinds }) => kinds))

/** As `badgateway judge` does: with what the scenarios that come along bring along. */
export const judge = (record: RunRecord): Verdict => judgeWith(record, checks)
