import type { Rule } from '../rule.ts'
import { wallClock } from './clocks.ts'
import { dependencies, lock, map } from './front-door.ts'
import { groups } from './groups.ts'
import { circles, doors, engine, frontDoors, reach } from './imports.ts'
import { names, noLeftovers } from './leftovers.ts'
import { oneStack } from './one-stack.ts'
import { noProcess, programPaths } from './process.ts'
import { shown } from './shown.ts'
import { shortFiles, shortFunctions, shortLines } from './size.ts'
import { assertions, pluggables } from './tests.ts'
import { noAny, noCastChains, noCastReturned, noJsonCast, noNonNull, noSilencing } from './types.ts'

export const rules: Rule[] = [
  map,
  doors,
  frontDoors,
  engine,
  oneStack,
  noProcess,
  programPaths,
  circles,
  reach,
  shortFiles,
  shortFunctions,
  shortLines,
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
]
