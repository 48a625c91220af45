import { peer } from './peer.ts'

await peer()
