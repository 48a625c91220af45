if (process.argv[2]) {
  console.error('This takes no argument.')
  process.exit(2)
}
console.log('ready')
process.stdin.pipe(process.stdout)
