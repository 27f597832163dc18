import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { type ComposeDocument, composeDocument } from '../../../src/compose/document.ts'

/** What both say of one and the same project: recorded by `config`, of 2 with `--format json`. */
export const recorded = { 1: '1.29.2.yaml', 2: '2.26.1.json' } as const

export const saidBy = (major: 1 | 2) => readFileSync(join(import.meta.dirname, 'said', recorded[major]), 'utf8')

export const documentBy = (major: 1 | 2): ComposeDocument => composeDocument.parse(parse(saidBy(major)))
