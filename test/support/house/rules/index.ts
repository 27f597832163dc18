import type { Rule } from '../rule.ts'
import { wallClock } from './clocks.ts'
import { dependencies, lock, map } from './front-door.ts'
import { groups } from './groups.ts'
import { noGuide } from './guides.ts'
import { circles, doors, engine, frontDoors, reach } from './imports.ts'
import { names, noLeftovers } from './leftovers.ts'
import { noTools, oneStack } from './one-stack.ts'
import { noProcess, programPaths } from './process.ts'
import { shown } from './shown.ts'
import { shortFiles, shortFunctions, shortLines, smallFolders } from './size.ts'
import { subjects } from './subjects.ts'
import { assertions, pluggables } from './tests.ts'
import { noAny, noCastChains, noCastReturned, noJsonCast, noNonNull, noSilencing } from './types.ts'
import { plainWords } from './words.ts'

export const rules: Rule[] = [
  map,
  doors,
  frontDoors,
  engine,
  oneStack,
  noTools,
  noProcess,
  programPaths,
  circles,
  reach,
  shortFiles,
  shortFunctions,
  shortLines,
  smallFolders,
  noAny,
  noNonNull,
  noCastChains,
  noCastReturned,
  noJsonCast,
  noSilencing,
  noLeftovers,
  names,
  shown,
  pluggables,
  assertions,
  wallClock,
  groups,
  lock,
  dependencies,
  subjects,
  noGuide,
  plainWords,
]
