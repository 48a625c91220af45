// Loaded beside a role whose story is to be drawn: tells the check what its libraries do.
import { channel, subscribe } from 'node:diagnostics_channel'
import { connect } from 'node:net'
import { CHANNEL, tap } from '@workshop/picture/tap'

tap({ role: 'role', text: '' })
let isConnected = false
subscribe('workshop:network', () => {
  if (isConnected) return
  isConnected = true
  const socket = connect(Number(process.env.WORKSHOP_LISTENER), '127.0.0.1')
  socket.on('error', () => {}) // the check is over
  socket.unref()
  channel(CHANNEL).publish(socket)
})
