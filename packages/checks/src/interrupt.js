// Loaded before a role where there are no signals (Windows): Ctrl-C comes to it as a message.
process.on('message', (message) => {
  if (message === 'SIGINT' && !process.emit('SIGINT')) process.exit(130) // what Node does when nobody listens
})
process.channel?.unref() // no reason to live on
