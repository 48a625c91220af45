// Says hello.
console.log('hello')
process.stdin.resume()
