setInterval(() => {}, 100)
console.log('ready')
