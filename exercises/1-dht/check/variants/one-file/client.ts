import { readKey } from '@workshop/utils'
import { peer } from './peer.ts'

await peer(readKey(process.argv[2], 'the key'))
