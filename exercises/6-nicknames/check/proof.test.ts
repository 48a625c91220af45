import { prove } from '@workshop/checks/prove'

await prove(import.meta.dirname)
