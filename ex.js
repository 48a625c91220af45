// `node ex` is `pnpm ex` for a laptop without pnpm and without internet, which has its libraries from a teacher's share.
import './packages/cli/ex.js'
