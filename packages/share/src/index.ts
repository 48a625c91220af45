// The whole workshop from one laptop: what is fetched at home, how it is served in the room, how corrections arrive.
export { fetchAll, missingOf, type Plan, type Progress, planOf } from './prepare.ts'
export { type Bundle, bundleOf } from './repository.ts'
export { PORT, type Proof, type Room, type Serving, serve } from './server.ts'
export { isFor, type Share, ShareError, SYSTEMS, type System, shareIn, sizeFor, timeFor } from './share.ts'
export { type IsTeachers, type Laid, update } from './update.ts'
