import { stat } from 'node:fs'

const ask = () => stat('.', () => setImmediate(ask))
ask()
console.log('ready')
