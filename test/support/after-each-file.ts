import { afterAll } from 'vitest'
import { removeFreshFolders } from './folder.ts'

afterAll(removeFreshFolders)
