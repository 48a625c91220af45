// Run after an install: whoever opens an editor first finds the files to edit.
import { layOut } from './files.ts'

layOut()
